namespace Mptcp.Netlink;

/// <summary>The reason for the reset of a subflow (RFC 8684, section 3.6).</summary>
public enum MptcpResetReason
{
    /// <summary>Unspecified.</summary>
    Unspecified = 0,

    /// <summary>An error in the MPTCP protocol.</summary>
    MptcpError = 1,

    /// <summary>Lack of resources.</summary>
    LackOfResources = 2,

    /// <summary>Forbidden by policy, such as a limit of subflows.</summary>
    AdministrativelyProhibited = 3,

    /// <summary>Too much data is outstanding on the subflow.</summary>
    TooMuchOutstandingData = 4,

    /// <summary>The subflow is too slow or loses too many packets.</summary>
    UnacceptablePerformance = 5,

    /// <summary>A middlebox interferes with the subflow.</summary>
    MiddleboxInterference = 6,
}
