namespace Mptcp.Lab;

/// <summary>The system refused something that a lab asked for: the message says what was asked and what the system said.</summary>
public class LabException : Exception
{
    /// <summary>Without saying what was refused.</summary>
    public LabException()
    {
    }

    /// <summary>With what was asked and what the system said.</summary>
    public LabException(string message)
        : base(message)
    {
    }

    /// <summary>With its cause, too.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
