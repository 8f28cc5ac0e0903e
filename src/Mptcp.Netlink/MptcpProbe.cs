using System.Net.Sockets;
using Mptcp.Netlink.Probing;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>Tries handshakes with a peer, with TCP and MPTCP, over each interface, and finds out what blocks MPTCP.</summary>
public static class MptcpProbe
{
    /// <summary>
    /// Probes a peer from the network namespace of the calling thread. Needs no privilege. Sends one byte to the peer, <c>G</c>, as the
    /// first one of an HTTP request: the kernel opens further subflows only after the peer has acknowledged data.
    /// </summary>
    /// <example>
    /// <code>
    /// MptcpProbeResult result = await MptcpProbe.CheckAsync("example.org", 443);
    /// foreach (MptcpProbeInterface path in result.Interfaces) Console.WriteLine($"{path.Name}: {path.Mptcp}");
    /// </code>
    /// </example>
    /// <param name="host">The IP address or name of the peer. If it is a name, the first address is probed.</param>
    /// <param name="port">The port, from 1 to 65,535.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <returns>The result. Failed handshakes do not throw.</returns>
    /// <exception cref="ArgumentException">The host is empty, or a pattern of the options is invalid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port or the timeout is out of range.</exception>
    /// <exception cref="MptcpNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="SocketException">The name cannot be resolved, or the process has too many open files.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    public static Task<MptcpProbeResult> CheckAsync(
        string host, int port, MptcpProbeOptions? options = null, CancellationToken cancellationToken = default)
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
