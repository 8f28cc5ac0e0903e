using System.Globalization;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>
/// The commands for ip, tc and nft: ip-link(8), ip-route(8), ip-rule(8), tc-tbf(8), nft(8). A name can mean something to them, such as "tcp" or "up", or
/// begin with a digit.
/// </summary>
static class Plumbing
{
    const int QueueMilliseconds = 50;
    const int FirstRoutingTable = 1000; // free: the kernel's own are 253 to 255

    /// <summary>The settings of each host before it has links: a device takes the defaults of the moment at which it is made.</summary>
    internal static IEnumerable<(string Name, string Value)> Settings =>
    [
        ("net.ipv4.conf.all.rp_filter", "0"), // an answer may come over another link than the question went
        ("net.ipv4.conf.default.rp_filter", "0"),
        ("net.ipv4.conf.all.promote_secondaries", "1"), // removing an address removes no other
        ("net.ipv6.conf.all.disable_ipv6", "0"),
        ("net.ipv6.conf.default.disable_ipv6", "0"),
        ("net.ipv6.conf.all.keep_addr_on_down", "1"), // as IPv4 addresses do
    ];

    internal static IEnumerable<(string Name, string Value)> RouterSettings =>
        [("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1")];

    /// <summary>
    /// For each host and family. Networks on a link are reached over that link. All other packets follow the address they are sent from (see <see cref="Routes"/>).
    /// </summary>
    internal const string PreferLinks = "rule add pref 1000 table main suppress_prefixlength 0";

    internal const string BringLoopbackUp = "link set lo up";

    /// <summary>Makes both ends of a link's cable. Where packets take their time, each packet is sent alone.</summary>
    internal static string AddCable(LabLink link)
    {
        return $"link add {End(link.First)} type veth peer {End(link.Second)} netns {link.SecondHost.NamespacePath}";

        string End(LabInterface end) => $"name {end.Name} address {end.HardwareAddress}{(link.MegabitsPerSecond is null ? "" : " gso_max_segs 1")}";
    }

    internal static string RemoveDevice(string name) => $"link delete dev {name}";

    internal static string SetUp(LabInterface end, bool isUp) => $"link set dev {end.Name} {(isUp ? "up" : "down")}";

    internal static string Move(string device, string toNamespace, string newName) => $"link set dev {device} netns {toNamespace} name {newName}";

    /// <summary>Makes a device with this index, so that no other device gets it.</summary>
    internal static string OccupyIndex(int index) => $"link add name used{index} index {index} type veth peer name peer{index} index {1_000_000 + index}";

    internal static string Rename(LabInterface end, string name) => $"link set dev {end.Name} name {name}";

    internal static string SetMtu(LabInterface end, int mtu) => $"link set dev {end.Name} mtu {mtu}";

    /// <summary>For one end and family: what is sent from an address of the link uses the link's own table, which has a route only while the link has one.</summary>
    internal static string RejectElsewhere(LabInterface end) => $"route add unreachable default metric 2000 table {TableOf(end)}";

    internal static string AddAddress(LabInterface end, LabAddress address, bool detectDuplicates)
    {
        string atOnce = address.Address.AddressFamily == AddressFamily.InterNetworkV6 && !detectDuplicates ? " nodad" : "";
        return $"address add {address} dev {end.Name}{atOnce}";
    }

    internal static string RemoveAddress(LabInterface end, LabAddress address) => $"address delete {address} dev {end.Name}";

    internal static string ManageTemporaryAddresses(LabInterface end, LabAddress address) => $"address change {address} dev {end.Name} mngtmpaddr nodad";

    internal static string AddRule(LabInterface end, LabAddress address) => $"rule add {Rule(end, address)}";

    internal static string RemoveRule(LabInterface end, LabAddress address) => $"rule delete {Rule(end, address)}";

    /// <summary>
    /// Tells a host where its peer is. A host that had to look for it would notice a fault by not finding it, and would be lost for packets that pass.
    /// </summary>
    internal static string AddNeighbour(LabInterface end, LabAddress peer) =>
        $"neighbour replace {peer.Address} lladdr {end.Peer.HardwareAddress} nud permanent dev {end.Name}";

    internal static string RemoveNeighbour(LabInterface end, LabAddress peer) => $"neighbour delete {peer.Address} dev {end.Name}";

    /// <summary>Everything about one family that the kernel forgets when the device goes down.</summary>
    internal static IEnumerable<string> Routes(LabInterface end, AddressFamily family) =>
    [
        .. end.Peer.AddressesOf(family).Select(peer => AddNeighbour(end, peer)),
        .. end.FindDefaultRoute(family) is { } metric && end.Peer.AddressesOf(family).Any() ? AddDefaultRoute(end, family, metric) : [],
        .. end.Host is LabRouter router ? LearnRoutes(end, family, router) : [],
    ];

    /// <summary>For a router: the ways over this end to the networks that it is not on.</summary>
    internal static IEnumerable<string> LearnRoutes(LabInterface end, AddressFamily family, LabRouter router) =>
        end.Peer.AddressesOf(family).Any() ? Routing.NetworksBehind(end, router).Select(networks => AddRoute(end, $"{networks.Of(family)}", family)) : [];

    /// <summary>A route for what has no address yet, and one for what is sent from the link's own address: such packets go over this link or not at all.</summary>
    internal static IEnumerable<string> AddDefaultRoute(LabInterface end, AddressFamily family, int metric) =>
    [
        $"{AddRoute(end, "default", family)} metric {metric}",
        $"{AddRoute(end, "default", family)} metric 1 table {TableOf(end)}",
    ];

    internal static IEnumerable<string> RemoveDefaultRoute(LabInterface end, int metric) =>
    [
        $"route delete default dev {end.Name} metric {metric}",
        $"route delete default dev {end.Name} metric 1 table {TableOf(end)}",
    ];

    /// <summary>Limits how fast one end sends.</summary>
    internal static string? Shape(LabInterface end)
    {
        if (end.Link.MegabitsPerSecond is not { } megabits)
            return null;

        double bytesPerMillisecond = megabits * 1000 / 8;
        long burst = Math.Max(2 * 1514, (long)(4 * bytesPerMillisecond)); // at least what passes between two ticks of the kernel's clock, and a packet
        return string.Create(CultureInfo.InvariantCulture, $"qdisc add dev {end.Name} root tbf rate {(long)(megabits * 1_000_000)}bit burst {burst} latency {QueueMilliseconds}ms");
    }

    /// <summary>The devices of the thread that reads it, with their counters.</summary>
    internal const string Devices = "/proc/thread-self/net/dev";

    /// <summary>Finds the line of <see cref="Devices"/> of one device.</summary>
    internal static string? FindDevice(string[] devices, string name) => Array.Find(devices, line => line.AsSpan().TrimStart().StartsWith($"{name}:"));

    /// <summary>Whether a line of <c>ip -oneline link</c> says that packets pass the device. With the queue 'noop', they are lost.</summary>
    internal static bool Passes(string device) =>
        device.Contains(" state UP ", StringComparison.Ordinal) && !device.Contains(" qdisc noop ", StringComparison.Ordinal);

    /// <summary>Applies a rule to all IP packets that arrive over a link. In the family inet, since not every kernel can reject in netdev.</summary>
    internal static IEnumerable<string> Interfere(string device, string chain, string rule) =>
    [
        "add table inet lab",
        $"add chain inet lab {chain} {{ type filter hook ingress device \"{device}\" priority 0; }}",
        $"add rule inet lab {chain} {rule}",
    ];

    /// <summary>The same after the device was renamed or made anew: the kernel may have kept the chain, without a device.</summary>
    internal static IEnumerable<string> InterfereAgain(string device, string chain, string rule) =>
        ["add table inet lab", $"add chain inet lab {chain}", .. LeaveInPeace(chain), .. Interfere(device, chain, rule)];

    internal static IEnumerable<string> LeaveInPeace(string chain) => [$"delete chain inet lab {chain}"];

    /// <summary>
    /// Translates what leaves over some devices, and lets nothing in over them that does not belong to it. The zone separates the connections that the router
    /// remembers: after a change of the zone it knows none of the earlier ones.
    /// </summary>
    internal static IEnumerable<string> Translate(IReadOnlyCollection<string> outside, int zone)
    {
        string devices = string.Join(", ", outside.Select(device => $"\"{device}\""));
        return
        [
            "add table inet lab-nat",
            "delete table inet lab-nat",
            "add table inet lab-nat",
            "add chain inet lab-nat zone-of-arrivals { type filter hook prerouting priority -300; }",
            $"add rule inet lab-nat zone-of-arrivals ct zone set {zone}",
            "add chain inet lab-nat zone-of-own { type filter hook output priority -300; }",
            $"add rule inet lab-nat zone-of-own ct zone set {zone}",
            "add chain inet lab-nat unasked-through { type filter hook forward priority 0; }",
            $"add rule inet lab-nat unasked-through iifname {{ {devices} }} ct state new drop",
            "add chain inet lab-nat unasked-in { type filter hook input priority 0; }",
            $"add rule inet lab-nat unasked-in iifname {{ {devices} }} meta l4proto {{ tcp, udp }} ct state new drop",
            "add chain inet lab-nat translation { type nat hook postrouting priority 100; }",
            $"add rule inet lab-nat translation oifname {{ {devices} }} masquerade fully-random",
        ];
    }

    static string AddRoute(LabInterface end, string to, AddressFamily family) => $"route replace {to} via {end.Peer.FirstAddress(family).Address} dev {end.Name}";

    static string Rule(LabInterface end, LabAddress address) => $"pref {TableOf(end)} from {address.Address} table {TableOf(end)}";

    static int TableOf(LabInterface end) => FirstRoutingTable + end.Link.Number;
}
