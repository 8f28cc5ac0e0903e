using System.Net.NetworkInformation;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Doctor;

/// <summary>
/// Finds out which end opened a connection. Older kernels report the subflows, which show it, to privileged processes only.
/// </summary>
static class OpeningSide
{
    /// <summary>
    /// Returns <see langword="true"/> if this host accepted the connection, and <see langword="null"/> if that is unknown.
    /// </summary>
    internal static bool? IsAccepted(MptcpHostSnapshot host, MptcpHostConnection connection, IEnumerable<MptcpConnectionEvent> events) =>
        connection.IsAccepted
        ?? events.OfType<MptcpHandshakeEvent>().LastOrDefault()?.IsServerSide
        ?? FromCounters(host.Counters)
        ?? FromListeners([.. (host.Connections ?? []).Where(socket => socket.State == TcpState.Listen)], connection);

    /// <summary>
    /// A namespace that has never sent an MP_CAPABLE SYN opened none of its connections, and one that has never received one accepted none.
    /// </summary>
    static bool? FromCounters(MptcpCounters counters) => (counters["MPCapableSYNTX"], counters["MPCapableSYNRX"]) switch
    {
        (0, > 0) => true,
        ( > 0, 0) => false,
        _ => null,
    };

    /// <summary>Kernels before Linux 5.19 list no socket that listens.</summary>
    static bool? FromListeners(MptcpHostConnection[] listeners, MptcpHostConnection connection) =>
        listeners.Length == 0 ? null : listeners.Any(listener => listener.LocalEndPoint.Port == connection.LocalEndPoint.Port);
}
