namespace Mptcp.Lab;

/// <summary>
/// The exception that is thrown when the system refuses something. The message says what the lab requested, and what the system answered.
/// </summary>
public class LabException : Exception
{
    /// <summary>Initializes a new instance without a message of its own.</summary>
    public LabException()
    {
    }

    /// <summary>Initializes a new instance with a message.</summary>
    public LabException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes a new instance with a message and a cause.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
