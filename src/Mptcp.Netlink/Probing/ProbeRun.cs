using System.Net;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Probing;

/// <summary>Runs one <see cref="MptcpProbe"/>.</summary>
static class ProbeRun
{
    internal static async Task<MptcpProbeResult> CheckAsync(string host, int port, MptcpProbeOptions options, CancellationToken cancellationToken)
    {
        // The network namespace is the thread's: a caller that keeps its thread, as in a lab, gets it back here.
        IPAddress address = IPAddress.TryParse(host, out IPAddress? literal)
            ? literal
            : (await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(true))[0];
        var peer = new IPEndPoint(address, port);
        using var tcp = new Handshake(peer, MptcpMode.Disabled);
        using var mptcp = new Handshake(peer, MptcpMode.Preferred);
        MptcpProbeAttempt plain = await tcp.RunAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
        MptcpProbeAttempt multipath = await mptcp.RunAsync(options.Timeout, cancellationToken).ConfigureAwait(false);
        return new MptcpProbeResult { Peer = peer, Tcp = plain, Mptcp = multipath, Interfaces = [] };
    }
}
