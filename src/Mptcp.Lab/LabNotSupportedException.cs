namespace Mptcp.Lab;

/// <summary>
/// The exception that is thrown when this machine or user lacks a feature for a lab. The message says what is missing, and the remedy.
/// </summary>
public class LabNotSupportedException : LabException
{
    /// <summary>Initializes a new instance without a message of its own.</summary>
    public LabNotSupportedException()
    {
    }

    /// <summary>Initializes a new instance with a message.</summary>
    public LabNotSupportedException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and a cause.</summary>
    public LabNotSupportedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
