namespace Mptcp.Sockets.Connecting;

/// <summary>Says whether a path is known to drop SYNs with MPTCP.</summary>
enum BlackholeSuspicion
{
    /// <summary>There is no evidence against MPTCP.</summary>
    None,

    /// <summary>TCP was answered and MPTCP was not. Until a check has decided, connects try both at once.</summary>
    Suspected,

    /// <summary>The path drops MPTCP: connects use TCP.</summary>
    Confirmed,
}
