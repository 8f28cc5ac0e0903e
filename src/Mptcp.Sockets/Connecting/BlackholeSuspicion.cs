namespace Mptcp.Sockets.Connecting;

/// <summary>What is known about a path that may drop SYNs with MPTCP.</summary>
enum BlackholeSuspicion
{
    /// <summary>Nothing speaks against MPTCP.</summary>
    None,

    /// <summary>TCP was answered and MPTCP was not. A check is under way; until it ends, connects try both at once.</summary>
    Suspected,

    /// <summary>The path drops MPTCP: connects use TCP.</summary>
    Confirmed,
}
