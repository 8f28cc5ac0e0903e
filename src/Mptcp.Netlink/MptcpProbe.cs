using System.Net.Sockets;
using Mptcp.Netlink.Probing;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>Tries handshakes with a peer, with TCP and MPTCP, over each interface, and tells apart what stands in the way.</summary>
public static class MptcpProbe
{
    /// <summary>
    /// Probes a peer from the network namespace of the calling thread. Needs no privilege. One byte (<c>G</c>, as the first of an HTTP request) is sent to the peer: the kernel opens no further
    /// subflow before the peer has acknowledged data.
    /// </summary>
    /// <param name="host">The IP address or name of the peer. Of a name, the first address is probed.</param>
    /// <param name="port">The port, 1 to 65535.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <returns>The result. Failed handshakes do not throw.</returns>
    /// <exception cref="ArgumentException">The host is empty, or a pattern of the options is.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port or the timeout is out of range.</exception>
    /// <exception cref="MptcpNotSupportedException">This is not Linux.</exception>
    /// <exception cref="SocketException">The name cannot be resolved, or no more sockets can be opened.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static Task<MptcpProbeResult> CheckAsync(string host, int port, MptcpProbeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        options ??= new MptcpProbeOptions();
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Timeout, TimeSpan.FromSeconds(2.5), nameof(options));
        if (options.Interfaces.FindProblems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));

        return ProbeRun.CheckAsync(host, port, options, cancellationToken);
    }
}
