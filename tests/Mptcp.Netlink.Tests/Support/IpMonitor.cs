using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>The output of <c>ip mptcp monitor</c> for a host, and the library's events in the same format.</summary>
sealed partial class IpMonitor : IAsyncDisposable
{
    readonly Child _ip;
    readonly ConcurrentQueue<string> _lines = new();

    IpMonitor(Child ip) => _ip = ip;

    /// <summary>Starts ip, and waits until it receives events.</summary>
    internal static async Task<IpMonitor> StartAsync(LabHost host)
    {
        var monitor = new IpMonitor(host.Run(() => Child.Start(Needs.Program("ip", "iproute2"), ["mptcp", "monitor"])));
        string process = monitor._ip.Id.ToString(CultureInfo.InvariantCulture);
        await Eventually.TrueAsync(() => host.Run(() => File.ReadAllLines("/proc/thread-self/net/netlink")).Any(IsSubscribed), "ip has subscribed");
        _ = monitor.ReadAsync();
        return monitor;

        // sk, protocol (16 is generic netlink), port, groups
        bool IsSubscribed(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, "16", var port, not "00000000", ..] && port == process;
    }

    /// <summary>
    /// Returns the lines without listeners, of which ip knows only the number, and without the role, which each kernel reports in another
    /// form.
    /// </summary>
    internal IEnumerable<string> Lines =>
        _lines.Where(line => !line.Contains("UNKNOWN", StringComparison.Ordinal) && !line.Contains("LISTENER", StringComparison.Ordinal)).Select(line => Side().Replace(line, ""));

    internal static IEnumerable<string> LinesOf(IEnumerable<MptcpEvent> events) => events.Where(what => what is not (MptcpListenerCreated or MptcpListenerClosed)).Select(Line);

    public ValueTask DisposeAsync() => _ip.DisposeAsync();

    static string Line(MptcpEvent what) => what switch
    {
        MptcpConnectionCreated e => $"[       CREATED] token={e.Token:x8} remid=0 locid=0 {Addresses(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpConnectionEstablished e => $"[   ESTABLISHED] token={e.Token:x8} remid=0 locid=0 {Addresses(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpConnectionClosed e => $"[        CLOSED] token={e.Token:x8}",
        MptcpAddressAnnounced e => $"[     ANNOUNCED] token={e.Token:x8} remid={e.RemoteAddressId} daddr4={e.RemoteEndPoint.Address} dport={e.RemoteEndPoint.Port}",
        MptcpAddressRemoved e => $"[       REMOVED] token={e.Token:x8} remid={e.RemoteAddressId}",
        MptcpSubflowEstablished e => $"[SF_ESTABLISHED] {Subflow(e)}",
        MptcpSubflowPriorityChanged e => $"[       SF_PRIO] {Subflow(e)}",
        MptcpSubflowClosed e => $"[     SF_CLOSED] {Subflow(e, e.ErrorNumber)}{(e.ResetReason is null ? "" : $" reset_reason={(int)e.ResetReason} reset_flags=0x{(e.IsResetTransient == true ? 1 : 0)}")}",
        _ => what.ToString(),
    };

    static string Subflow(MptcpSubflowEvent e, int? error = null) =>
        $"token={e.Token:x8} remid={e.RemoteAddressId} locid={e.LocalAddressId} {Addresses(e.LocalEndPoint, e.RemoteEndPoint)} backup={(e.IsBackup ? 1 : 0)}"
        + $"{(error is null ? "" : $" error={error}")}{(e.InterfaceIndex is null ? "" : $" ifindex={e.InterfaceIndex}")}";

    static string Addresses(System.Net.IPEndPoint local, System.Net.IPEndPoint remote) =>
        $"saddr4={local.Address} daddr4={remote.Address} sport={local.Port} dport={remote.Port}";

    async Task ReadAsync()
    {
        while (await _ip.Output.ReadLineAsync() is { } line)
            _lines.Enqueue(line);
    }

    [GeneratedRegex(" (flags|server_side)=\\w+")]
    private static partial Regex Side();
}
