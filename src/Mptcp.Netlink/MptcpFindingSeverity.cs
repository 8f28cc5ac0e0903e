namespace Mptcp.Netlink;

/// <summary>How much an <see cref="MptcpFinding"/> matters.</summary>
public enum MptcpFindingSeverity
{
    /// <summary>Something to know. Paths work.</summary>
    Information = 0,

    /// <summary>Some paths do not work, or only by chance.</summary>
    Warning = 1,

    /// <summary>MPTCP does not work here, or no further path works.</summary>
    Error = 2,
}
