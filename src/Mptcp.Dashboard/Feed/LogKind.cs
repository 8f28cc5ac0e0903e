namespace Mptcp.Dashboard.Feed;

/// <summary>The kinds of events, by which the log can be filtered.</summary>
enum LogKind
{
    /// <summary>A connection began or ended.</summary>
    Connection,

    /// <summary>A path was opened.</summary>
    Joined,

    /// <summary>A path was closed, or could not be opened.</summary>
    Lost,

    /// <summary>A path carries no data any more.</summary>
    Stalled,

    /// <summary>A path carries data again.</summary>
    Recovered,

    /// <summary>A path became a backup, or a regular one.</summary>
    Priority,

    /// <summary>The peer announced or withdrew an address.</summary>
    Address,

    /// <summary>A socket listens, or does not any more.</summary>
    Listener,

    /// <summary>Events are missing, or unknown.</summary>
    Other,
}
