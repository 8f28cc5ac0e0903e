using System.Globalization;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// What ip, tc and nft are told: ip-link(8), ip-route(8), ip-rule(8), tc-tbf(8), nft(8). A link may have a name that means something to them, such as
/// "tcp" or "up", or begins with a digit.
/// </summary>
static class Plumbing
{
    const int QueueMilliseconds = 50;
    const int FirstRoutingTable = 1000; // free: the kernel's own are 253 to 255

    internal static readonly AddressFamily[] Families = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    /// <summary>For each host before it has links, or their ends: a device has the defaults of the moment it is made.</summary>
    internal static IEnumerable<(string Name, string Value)> Settings =>
    [
        ("net.ipv4.conf.all.rp_filter", "0"), // an answer may come on another link than the question went
        ("net.ipv4.conf.default.rp_filter", "0"),
        ("net.ipv6.conf.all.disable_ipv6", "0"),
        ("net.ipv6.conf.default.disable_ipv6", "0"),
        ("net.ipv6.conf.all.keep_addr_on_down", "1"), // as IPv4 addresses do
    ];

    /// <summary>
    /// For each host and family: what is on a link is reached over that link, anything else by the address it is sent from (see <see cref="Routes"/>).
    /// </summary>
    internal const string PreferLinks = "rule add pref 1000 table main suppress_prefixlength 0";

    internal const string BringLoopbackUp = "link set lo up";

    /// <summary>Both ends of the link's cable. Where packets take their time, each is to be one.</summary>
    internal static string AddCable(LinkPlan link, string secondNamespace)
    {
        return $"link add {End(link.FirstHost)} type veth peer {End(link.SecondHost)} netns {secondNamespace}";

        string End(string host) => $"name {link.Name} address {HardwareAddress(link, host)}{(link.MegabitsPerSecond is null ? "" : " gso_max_segs 1")}";
    }

    /// <summary>One end, from its address on, for one family.</summary>
    internal static IEnumerable<string> AddEnd(LinkPlan link, string host, AddressFamily family)
    {
        int table = TableOf(link);
        string atOnce = family == AddressFamily.InterNetworkV6 ? " nodad" : ""; // without looking for somebody who has the address
        return
        [
            $"address add {link.AddressOf(host, family)}/{link.NetworkOf(family).PrefixLength} dev {link.Name}{atOnce}",
            SetUp(link, true),
            $"rule add pref {table} from {link.AddressOf(host, family)} table {table}",
            $"route add unreachable default metric 2000 table {table}",
            .. Routes(link, host, family),
        ];
    }

    /// <summary>The devices of the thread that reads it, with their counters.</summary>
    internal const string Devices = "/proc/thread-self/net/dev";

    /// <summary>The line of <see cref="Devices"/> that is of this link's.</summary>
    internal static string? FindDevice(string[] devices, string link) => Array.Find(devices, line => line.AsSpan().TrimStart().StartsWith($"{link}:"));

    internal static string RemoveCable(string link) => $"link delete dev {link}";

    internal static string SetUp(LinkPlan link, bool isUp) => $"link set dev {link.Name} {(isUp ? "up" : "down")}";

    /// <summary>Whether a line of <c>ip -oneline link</c> is of this link's device, and says that packets pass: with the queue 'noop', they are lost.</summary>
    internal static bool Passes(string device, string link) =>
        device.Contains($" {link}@", StringComparison.Ordinal)
            && device.Contains(" state UP ", StringComparison.Ordinal)
            && !device.Contains(" qdisc noop ", StringComparison.Ordinal);

    /// <summary>
    /// A default route over each link, for what has no address yet, and one for what is sent from the link's own: such packets go over this link or
    /// not at all, as they would between real networks. And where the peer is: hosts that had to look for it would notice a fault by not finding it, and
    /// would be lost for packets that pass. The kernel forgets all of it when the link goes down.
    /// </summary>
    internal static IEnumerable<string> Routes(LinkPlan link, string host, AddressFamily family)
    {
        string peer = link.PeerOf(host);
        string route = $"route replace default via {link.AddressOf(peer, family)} dev {link.Name}";
        return
        [
            $"neighbour replace {link.AddressOf(peer, family)} lladdr {HardwareAddress(link, peer)} nud permanent dev {link.Name}",
            $"{route} metric {100 + link.Number}",
            $"{route} metric 1 table {TableOf(link)}",
        ];
    }

    /// <summary>How fast one end sends; null for as fast as it can.</summary>
    internal static string? Shape(LinkPlan link)
    {
        if (link.MegabitsPerSecond is not { } megabits)
            return null;

        double bytesPerMillisecond = megabits * 1000 / 8;
        long burst = Math.Max(2 * 1514, (long)(4 * bytesPerMillisecond)); // at least what passes between two ticks of the kernel's clock, and a packet
        return string.Create(CultureInfo.InvariantCulture, $"qdisc add dev {link.Name} root tbf rate {(long)(megabits * 1_000_000)}bit burst {burst} latency {QueueMilliseconds}ms");
    }

    /// <summary>Applies a rule to whatever IP packets arrive over a link. In the family inet, since not every kernel can reject in netdev.</summary>
    internal static IEnumerable<string> Interfere(string link, string chain, string rule) =>
    [
        "add table inet lab",
        $"add chain inet lab {chain} {{ type filter hook ingress device \"{link}\" priority 0; }}",
        $"add rule inet lab {chain} {rule}",
    ];

    internal static IEnumerable<string> LeaveInPeace(string chain) => [$"delete chain inet lab {chain}"];

    /// <summary>Of those that everybody may give: the second bit of the first byte says so.</summary>
    static string HardwareAddress(LinkPlan link, string host) => $"02:00:00:00:{link.Number:x2}:{(host == link.FirstHost ? "01" : "02")}";

    static int TableOf(LinkPlan link) => FirstRoutingTable + link.Number;
}
