namespace Mptcp.Netlink;

/// <summary>Why a subflow was reset: RFC 8684, section 3.6.</summary>
public enum MptcpResetReason
{
    /// <summary>Unspecified.</summary>
    Unspecified = 0,

    /// <summary>Something in MPTCP is not as it must be.</summary>
    MptcpError = 1,

    /// <summary>Out of resources.</summary>
    LackOfResources = 2,

    /// <summary>Forbidden by policy, such as a limit of subflows.</summary>
    AdministrativelyProhibited = 3,

    /// <summary>Too much data is under way on it.</summary>
    TooMuchOutstandingData = 4,

    /// <summary>Too slow, too lossy.</summary>
    UnacceptablePerformance = 5,

    /// <summary>A middlebox tampers with it.</summary>
    MiddleboxInterference = 6,
}
