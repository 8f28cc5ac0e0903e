using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>
/// The kernel's counters of Multipath TCP (<c>MPTcpExt</c> of <c>/proc/net/netstat</c>), for all connections of a network namespace since it was made: what happened
/// to others is counted, too. Those that a kernel lacks are null, not 0.
/// </summary>
public sealed class MptcpCounters
{
    const string Source = "/proc/thread-self/net/netstat", Group = "MPTcpExt:";

    readonly Dictionary<string, long> _counters;

    internal MptcpCounters(Dictionary<string, long> counters) => _counters = counters;

    /// <summary>
    /// Reads the counters of the calling thread's network namespace. None off Linux, nor where the kernel has no Multipath TCP or <c>/proc</c> is out of
    /// reach.
    /// </summary>
    /// <returns>A snapshot.</returns>
    public static MptcpCounters Read() => new(CounterParser.Parse(ReadSource(), Group));

    /// <summary>Which counters there are, by the kernel's names (net/mptcp/mib.c).</summary>
    public IReadOnlyCollection<string> Names => _counters.Keys;

    /// <summary>A counter by the kernel's name, such as <c>MPJoinSynRx</c>.</summary>
    /// <param name="name">The name, in the kernel's spelling.</param>
    /// <returns>Its value; null if the kernel has none of this name.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public long? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _counters.TryGetValue(name, out long value) ? value : null;
        }
    }

    /// <summary>Connects that offered Multipath TCP (<c>MPCapableSYNTX</c>).</summary>
    public long? ConnectsOffered => this["MPCapableSYNTX"];

    /// <summary>Connects whose offer the server has accepted (<c>MPCapableSYNACKRX</c>).</summary>
    public long? ConnectsAccepted => this["MPCapableSYNACKRX"];

    /// <summary>Connects whose server has answered without Multipath TCP (<c>MPCapableFallbackSYNACK</c>): they fell back.</summary>
    public long? ConnectsFallenBack => this["MPCapableFallbackSYNACK"];

    /// <summary>Connects whose SYNs went unanswered until they offered it no more (<c>MPCapableSYNTXDrop</c>).</summary>
    public long? ConnectsDropped => this["MPCapableSYNTXDrop"];

    /// <summary>Connects that did not offer it since the kernel takes the path for a blackhole (<c>MPCapableSYNTXDisabled</c>).</summary>
    public long? ConnectsNotOffered => this["MPCapableSYNTXDisabled"];

    /// <summary>How often the kernel has found a path that drops Multipath TCP (<c>Blackhole</c>).</summary>
    public long? Blackholes => this["Blackhole"];

    /// <summary>Clients that offered Multipath TCP to a listener here (<c>MPCapableSYNRX</c>).</summary>
    public long? ClientsOffering => this["MPCapableSYNRX"];

    /// <summary>Clients with which it was agreed on (<c>MPCapableACKRX</c>).</summary>
    public long? ClientsAccepted => this["MPCapableACKRX"];

    /// <summary>Clients that offered it and then came without (<c>MPCapableFallbackACK</c>): a middlebox has taken it out.</summary>
    public long? ClientsFallenBack => this["MPCapableFallbackACK"];

    /// <summary>Connections that fell back with their first data (<c>MPCapableDataFallback</c>).</summary>
    public long? DataFallbacks => this["MPCapableDataFallback"];

    /// <summary>Connections that fell back later, since data came without its sequence numbers (<c>DssFallback</c>).</summary>
    public long? SequenceFallbacks => this["DssFallback"];

    /// <summary>Connections now (<c>MPCurrEstab</c>): it goes up and down.</summary>
    public long? CurrentConnections => this["MPCurrEstab"];

    /// <summary>Data that was sent again on the level of a connection, in segments (<c>MPTCPRetrans</c>).</summary>
    public long? Retransmits => this["MPTCPRetrans"];

    /// <summary>Subflows that were asked for (<c>MPJoinSynTx</c>).</summary>
    public long? JoinsSent => this["MPJoinSynTx"];

    /// <summary>Subflows that were asked for and that the peer has agreed to (<c>MPJoinSynAckRx</c>).</summary>
    public long? JoinsAccepted => this["MPJoinSynAckRx"];

    /// <summary>Subflows that a peer has asked for (<c>MPJoinSynRx</c>).</summary>
    public long? JoinsReceived => this["MPJoinSynRx"];

    /// <summary>Subflows that a peer has asked for and that came about (<c>MPJoinAckRx</c>).</summary>
    public long? JoinsEstablished => this["MPJoinAckRx"];

    /// <summary>Subflows that a peer has asked for and that were refused (<c>MPJoinRejected</c>); newer kernels only.</summary>
    public long? JoinsRejected => this["MPJoinRejected"];

    /// <summary>Addresses that were announced to peers (<c>AddAddrTx</c>).</summary>
    public long? AddressesAnnounced => this["AddAddrTx"];

    /// <summary>Addresses that peers have announced (<c>AddAddr</c>).</summary>
    public long? AddressesReceived => this["AddAddr"];

    /// <summary>Addresses that were taken back (<c>RmAddrTx</c>).</summary>
    public long? AddressesWithdrawn => this["RmAddrTx"];

    /// <summary>Addresses that peers have taken back (<c>RmAddr</c>).</summary>
    public long? AddressesRemoved => this["RmAddr"];

    /// <summary>Subflows that were closed because their address has gone (<c>RmSubflow</c>).</summary>
    public long? SubflowsRemoved => this["RmSubflow"];

    /// <summary>Subflows over which nothing was answered any more (<c>SubflowStale</c>).</summary>
    public long? SubflowsStale => this["SubflowStale"];

    /// <summary>Of those, the ones that came back (<c>SubflowRecover</c>).</summary>
    public long? SubflowsRecovered => this["SubflowRecover"];

    /// <summary>Resets sent (<c>MPRstTx</c>).</summary>
    public long? ResetsSent => this["MPRstTx"];

    /// <summary>Resets received (<c>MPRstRx</c>).</summary>
    public long? ResetsReceived => this["MPRstRx"];

    /// <summary>What was counted between two snapshots of one namespace. A counter that one of them lacks is not in the difference.</summary>
    /// <param name="later">The later snapshot.</param>
    /// <param name="earlier">The earlier one.</param>
    /// <returns>The difference of each counter.</returns>
    /// <exception cref="ArgumentNullException">One of them is null.</exception>
    public static MptcpCounters operator -(MptcpCounters later, MptcpCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(later);
        ArgumentNullException.ThrowIfNull(earlier);
        var differences = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach ((string name, long value) in later._counters)
        {
            if (earlier[name] is { } before)
                differences[name] = unchecked(value - before);
        }

        return new MptcpCounters(differences);
    }

    static string ReadSource()
    {
        try
        {
            return OperatingSystem.IsLinux() ? File.ReadAllText(Source) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
