namespace Mptcp.Lab;

/// <summary>Represents a refusal of the system. The message says what the lab asked for, and what the system answered.</summary>
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
