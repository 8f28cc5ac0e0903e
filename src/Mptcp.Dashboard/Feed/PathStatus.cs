namespace Mptcp.Dashboard.Feed;

/// <summary>What a path does.</summary>
enum PathStatus
{
    /// <summary>It has carried data since the last reading.</summary>
    InUse,

    /// <summary>There is no rate yet, because there was only one reading.</summary>
    Unmeasured,

    /// <summary>Neither this path nor another one of the connection carries data.</summary>
    Idle,

    /// <summary>It waits until the other paths fail.</summary>
    Backup,

    /// <summary>It has carried no data for two seconds or more, while another path of the connection carries data.</summary>
    Quiet,

    /// <summary>Segments were sent again, and the peer has acknowledged nothing since.</summary>
    Unanswered,

    /// <summary>The handshake is not complete, or the path is being closed.</summary>
    NotEstablished,

    /// <summary>It was there in the last ten minutes.</summary>
    Gone,
}
