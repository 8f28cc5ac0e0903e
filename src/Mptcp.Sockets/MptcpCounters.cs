using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>
/// A snapshot of the kernel's MPTCP counters (<c>MPTcpExt</c> in <c>/proc/net/netstat</c>).
/// </summary>
/// <remarks>
/// The kernel counts for all connections of a network namespace, of all processes, since the namespace was created. A counter that the
/// kernel does not have is <see langword="null"/>, never 0.
/// </remarks>
/// <example>
/// <code>
/// MptcpCounters before = MptcpCounters.Read();
/// // …
/// Console.WriteLine((MptcpCounters.Read() - before).ConnectsFallenBack);
/// </code>
/// </example>
public sealed class MptcpCounters
{
    const string Source = "/proc/thread-self/net/netstat", Group = "MPTcpExt:";

    readonly Dictionary<string, long> _counters;

    internal MptcpCounters(Dictionary<string, long> counters) => _counters = counters;

    /// <summary>
    /// Reads the counters of the calling thread's network namespace.
    /// </summary>
    /// <returns>
    /// A snapshot. It has no counters if the system is not Linux, if the kernel has no MPTCP, or if <c>/proc</c> cannot be read.
    /// </returns>
    public static MptcpCounters Read() => new(CounterParser.Parse(ReadSource(), Group));

    /// <summary>Gets the names of all counters, in the kernel's spelling (net/mptcp/mib.c).</summary>
    public IReadOnlyCollection<string> Names => _counters.Keys;

    /// <summary>Gets a counter by the kernel's name, such as <c>MPJoinSynRx</c>.</summary>
    /// <param name="name">The name, in the kernel's spelling.</param>
    /// <returns>The value of the counter; <see langword="null"/> if the kernel has no counter of this name.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    public long? this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return _counters.TryGetValue(name, out long value) ? value : null;
        }
    }

    /// <summary>Gets the number of connects that offered MPTCP (<c>MPCapableSYNTX</c>).</summary>
    public long? ConnectsOffered => this["MPCapableSYNTX"];

    /// <summary>Gets the number of connects whose offer the server accepted (<c>MPCapableSYNACKRX</c>).</summary>
    public long? ConnectsAccepted => this["MPCapableSYNACKRX"];

    /// <summary>
    /// Gets the number of connects that fell back because the server answered without MPTCP (<c>MPCapableFallbackSYNACK</c>).
    /// </summary>
    public long? ConnectsFallenBack => this["MPCapableFallbackSYNACK"];

    /// <summary>
    /// Gets the number of connects that fell back because their SYNs with MPTCP had no answer (<c>MPCapableSYNTXDrop</c>).
    /// </summary>
    public long? ConnectsDropped => this["MPCapableSYNTXDrop"];

    /// <summary>
    /// Gets the number of connects that did not offer MPTCP because the kernel had detected a blackhole (<c>MPCapableSYNTXDisabled</c>).
    /// </summary>
    public long? ConnectsNotOffered => this["MPCapableSYNTXDisabled"];

    /// <summary>Gets the number of times that the kernel detected a blackhole, a path that drops MPTCP (<c>Blackhole</c>).</summary>
    public long? Blackholes => this["Blackhole"];

    /// <summary>Gets the number of clients that offered MPTCP to a listener of this host (<c>MPCapableSYNRX</c>).</summary>
    public long? ClientsOffering => this["MPCapableSYNRX"];

    /// <summary>Gets the number of accepted clients that use MPTCP (<c>MPCapableACKRX</c>).</summary>
    public long? ClientsAccepted => this["MPCapableACKRX"];

    /// <summary>
    /// Gets the number of clients that offered MPTCP and continued without it, because a middlebox removed the option
    /// (<c>MPCapableFallbackACK</c>).
    /// </summary>
    public long? ClientsFallenBack => this["MPCapableFallbackACK"];

    /// <summary>Gets the number of connections that fell back with their first data (<c>MPCapableDataFallback</c>).</summary>
    public long? DataFallbacks => this["MPCapableDataFallback"];

    /// <summary>
    /// Gets the number of connections that fell back later, because data arrived without MPTCP sequence numbers (<c>DssFallback</c>).
    /// </summary>
    public long? SequenceFallbacks => this["DssFallback"];

    /// <summary>Gets the number of connections at this moment (<c>MPCurrEstab</c>). It goes up and down.</summary>
    public long? CurrentConnections => this["MPCurrEstab"];

    /// <summary>Gets the number of segments that were retransmitted at the level of a connection (<c>MPTCPRetrans</c>).</summary>
    public long? Retransmits => this["MPTCPRetrans"];

    /// <summary>Gets the number of subflows that this host requested (<c>MPJoinSynTx</c>).</summary>
    public long? JoinsSent => this["MPJoinSynTx"];

    /// <summary>Gets the number of subflows that this host requested and the peer accepted (<c>MPJoinSynAckRx</c>).</summary>
    public long? JoinsAccepted => this["MPJoinSynAckRx"];

    /// <summary>Gets the number of subflows that peers requested (<c>MPJoinSynRx</c>).</summary>
    public long? JoinsReceived => this["MPJoinSynRx"];

    /// <summary>Gets the number of subflows that peers requested and that were established (<c>MPJoinAckRx</c>).</summary>
    public long? JoinsEstablished => this["MPJoinAckRx"];

    /// <summary>
    /// Gets the number of subflows that peers requested and this host refused (<c>MPJoinRejected</c>, newer kernels only).
    /// </summary>
    public long? JoinsRejected => this["MPJoinRejected"];

    /// <summary>Gets the number of addresses that this host announced to peers (<c>AddAddrTx</c>).</summary>
    public long? AddressesAnnounced => this["AddAddrTx"];

    /// <summary>Gets the number of addresses that peers announced (<c>AddAddr</c>).</summary>
    public long? AddressesReceived => this["AddAddr"];

    /// <summary>Gets the number of addresses that this host withdrew (<c>RmAddrTx</c>).</summary>
    public long? AddressesWithdrawn => this["RmAddrTx"];

    /// <summary>Gets the number of addresses that peers withdrew (<c>RmAddr</c>).</summary>
    public long? AddressesRemoved => this["RmAddr"];

    /// <summary>Gets the number of subflows that were closed because their address was removed (<c>RmSubflow</c>).</summary>
    public long? SubflowsRemoved => this["RmSubflow"];

    /// <summary>Gets the number of subflows that became stale: nothing was acknowledged on them (<c>SubflowStale</c>).</summary>
    public long? SubflowsStale => this["SubflowStale"];

    /// <summary>Gets the number of stale subflows that recovered (<c>SubflowRecover</c>).</summary>
    public long? SubflowsRecovered => this["SubflowRecover"];

    /// <summary>Gets the number of MPTCP resets that this host sent (<c>MPRstTx</c>).</summary>
    public long? ResetsSent => this["MPRstTx"];

    /// <summary>Gets the number of MPTCP resets that this host received (<c>MPRstRx</c>).</summary>
    public long? ResetsReceived => this["MPRstRx"];

    /// <summary>Returns the difference of two snapshots of one network namespace.</summary>
    /// <param name="later">The later snapshot.</param>
    /// <param name="earlier">The earlier snapshot.</param>
    /// <returns>The difference of each counter that both snapshots have.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="later"/> or <paramref name="earlier"/> is null.</exception>
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
