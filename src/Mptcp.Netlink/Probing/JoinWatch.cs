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
                foreach (IPAddress address in from)
                    found.TryAdd(address, isOpen ? ExplainFailure(address, connection!, during, start) : Attempt(PeerClosed));

                return found;
            }

            await Task.Delay(Handshake.Interval, cancellationToken).ConfigureAwait(false);
        }

        MptcpProbeAttempt Attempt(MptcpProbeOutcome outcome) => new() { Outcome = outcome, Elapsed = Stopwatch.GetElapsedTime(start) };
    }

    /// <summary>
    /// Returns whether a subflow was accepted. A peer may refuse it after its SYN+ACK, so it must have acknowledged the last step, too.
    /// </summary>
    static bool IsJoined(MptcpConnectionSubflow subflow) =>
        subflow.Tcp.State == TcpState.Established && (subflow.Flags & MptcpSubflowFlags.FullyEstablished) != 0;

    /// <summary>
    /// Explains why a subflow failed. A subflow that waits for an answer is listed, one that was reset is not, and counters show those that
    /// never left.
    /// </summary>
    static MptcpProbeAttempt ExplainFailure(IPAddress address, MptcpConnection connection, MptcpCounters during, long start)
    {
        bool isWaiting = (connection.Subflows ?? [])
            .Any(subflow => subflow.Tcp.State == TcpState.SynSent && subflow.LocalEndPoint.Address.Equals(address));
        MptcpProbeOutcome outcome = isWaiting ? JoinDropped
            : during["MPJoinSynTxConnectErr"] > 0 || during["MPJoinSynTxBindErr"] > 0 ? NoRoute
            : connection.Info?.LocalAddressesUsed > 0 ? JoinRefused
            : NotTried;
        return new MptcpProbeAttempt
        {
            Outcome = outcome,
            Elapsed = outcome == NotTried ? null : Stopwatch.GetElapsedTime(start),
            Error = outcome == NotTried
                ? "The kernel opened no further subflow: its limit is reached, or another program manages the paths."
                : null,
        };
    }
}
