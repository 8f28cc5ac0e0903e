namespace Reliability.Roles;

/// <summary>How a connection ended.</summary>
/// <param name="Kind">The kind of the end.</param>
/// <param name="Way">How the client connected.</param>
/// <param name="Began">When the connect began.</param>
/// <param name="Ended">When the connection ended.</param>
/// <param name="Detail">The error; empty if there is none.</param>
sealed record Outcome(Outcome.End Kind, Way Way, DateTimeOffset Began, DateTimeOffset Ended, string Detail)
{
    /// <summary>The kernel misplaces a packet of about one path in a thousand. More than one connection in a hundred has another reason.</summary>
    internal static bool AreTooManyMisplaced(Outcome[] others, int complete) => others.Count(outcome => outcome.Kind == End.Misplaced) > 1 + complete / 100;

    internal enum End
    {
        /// <summary>Each byte came back, and then the end of the stream.</summary>
        Complete,

        /// <summary>There was an error instead of a connection.</summary>
        NotConnected,

        /// <summary>There was an error on the connection.</summary>
        Broken,

        /// <summary>The peer ended the stream before all bytes came back.</summary>
        Cut,

        /// <summary>Other bytes came back.</summary>
        Corrupt,

        /// <summary>Other bytes came back, as they do if the kernel puts a packet at a wrong place (docs/kernel-report.md).</summary>
        Misplaced,

        /// <summary>The connection had no path for a long time, and the kernel kept it.</summary>
        NoPath,

        /// <summary>There was neither progress nor an error for a long time, although there was a path.</summary>
        Hung,

        /// <summary>There was an exception that no documentation names.</summary>
        Unexpected,
    }
}
