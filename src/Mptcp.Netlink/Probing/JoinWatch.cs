using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpProbeOutcome;

namespace Mptcp.Netlink.Probing;

/// <summary>Watches the further subflows that the kernel opens for the connection of a probe.</summary>
sealed class JoinWatch(MptcpConnectionReader reader, CounterFile counters, TimeSpan timeout)
{
    /// <param name="token">The token of the connection.</param>
    /// <param name="from">The addresses of the endpoints.</param>
    /// <param name="before">The counters before the connection.</param>
    /// <param name="cancellationToken">Cancels the watching.</param>
    internal async Task<Dictionary<IPAddress, MptcpProbeAttempt>> RunAsync(
        uint token, HashSet<IPAddress> from, MptcpCounters before, CancellationToken cancellationToken)
    {
        var found = new Dictionary<IPAddress, MptcpProbeAttempt>();
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            MptcpConnection? connection = reader.Find(token);
            foreach (MptcpConnectionSubflow subflow in (connection?.Subflows ?? []).Where(IsJoined))
            {
                if (from.Contains(subflow.LocalEndPoint.Address))
                    found.TryAdd(subflow.LocalEndPoint.Address, Attempt(Succeeded));
            }

            if (found.Count == from.Count)
                return found;

            // The kernel completes no subflow of a connection that the peer is closing.
            bool isOpen = connection is { State: TcpState.Established };
            if (!isOpen || Stopwatch.GetElapsedTime(start) > timeout)
            {
                MptcpCounters during = counters.Read() - before;
                IPAddress[] waiting = [.. from.Where(address => IsWaiting(address, connection))];
                int refused = (connection?.Info?.LocalAddressesUsed ?? 0) - found.Count - waiting.Length;
                foreach (IPAddress address in from.Where(address => !found.ContainsKey(address)).ToArray())
                {
                    MptcpProbeOutcome outcome = !isOpen ? PeerClosed
                        : waiting.Contains(address) ? JoinDropped
                        : during["MPJoinSynTxConnectErr"] > 0 || during["MPJoinSynTxBindErr"] > 0 ? NoRoute
                        : refused-- > 0 ? JoinRefused
                        : NotTried;
                    found.Add(address, Attempt(outcome));
                }

                return found;
            }

            await Task.Delay(Handshake.Interval, cancellationToken).ConfigureAwait(false);
        }

        MptcpProbeAttempt Attempt(MptcpProbeOutcome outcome) => new()
        {
            Outcome = outcome,
            Elapsed = outcome == NotTried ? null : Stopwatch.GetElapsedTime(start),
            Error = outcome == NotTried
                ? "The kernel opened no further subflow: its limit is reached, or another program manages the paths."
                : null,
        };
    }

    /// <summary>
    /// Returns whether a subflow was accepted. A peer may refuse it after its SYN+ACK, so it must have acknowledged the last step, too.
    /// </summary>
    static bool IsJoined(MptcpConnectionSubflow subflow) =>
        subflow.Tcp.State == TcpState.Established && (subflow.Flags & MptcpSubflowFlags.FullyEstablished) != 0;

    /// <summary>A subflow that waits for an answer is listed. One that was reset is not.</summary>
    static bool IsWaiting(IPAddress address, MptcpConnection? connection) => (connection?.Subflows ?? [])
        .Any(subflow => subflow.Tcp.State == TcpState.SynSent && subflow.LocalEndPoint.Address.Equals(address));
}
