namespace Mptcp.Sockets.Connecting;

/// <summary>How the first packet of an attempt leaves this host.</summary>
/// <param name="Interface">The network interface that the socket is bound to; null for the one that the routes choose.</param>
/// <param name="IsBackup">Whether the host marks this path as a backup.</param>
readonly record struct LocalPath(string? Interface, bool IsBackup = false)
{
    /// <summary>The interface that the routes choose.</summary>
    internal static LocalPath Default => default;

    internal bool IsDefault => Interface is null;
}
