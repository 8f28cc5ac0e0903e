namespace Mptcp.Lab;

/// <summary>This machine, or this user, cannot have a lab: the message says what is missing and what to do about it.</summary>
public class LabNotSupportedException : LabException
{
    /// <summary>Without saying what is missing.</summary>
    public LabNotSupportedException()
    {
    }

    /// <summary>With what is missing and what to do about it.</summary>
    public LabNotSupportedException(string message)
        : base(message)
    {
    }

    /// <summary>With its cause, too.</summary>
    public LabNotSupportedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
