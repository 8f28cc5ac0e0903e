using System.Globalization;

namespace Mptcp.Lab;

/// <summary>
/// Builds the commands for tc and nft: tc-tbf(8), nft(8). A name can be a keyword of theirs, such as "tcp" or "up", or begin with a digit.
/// </summary>
static class Plumbing
{
    const int QueueMilliseconds = 50;

    /// <summary>The settings of each host before it has links: a new device copies the defaults.</summary>
    internal static IEnumerable<(string Name, string Value)> Settings =>
    [
        ("net.ipv4.conf.all.rp_filter", "0"), // an answer may use another link than the request
        ("net.ipv4.conf.default.rp_filter", "0"),
        ("net.ipv4.conf.all.promote_secondaries", "1"), // removing an address removes no other
        ("net.ipv6.conf.all.disable_ipv6", "0"),
        ("net.ipv6.conf.default.disable_ipv6", "0"),
        ("net.ipv6.conf.all.keep_addr_on_down", "1"), // as IPv4 addresses are
    ];

    internal static IEnumerable<(string Name, string Value)> RouterSettings =>
        [("net.ipv4.ip_forward", "1"), ("net.ipv6.conf.all.forwarding", "1")];

    /// <summary>Limits the rate at which one end sends.</summary>
    internal static string Shape(string device, double megabitsPerSecond)
    {
        double bytesPerMillisecond = megabitsPerSecond * 1000 / 8;
        long burst = Math.Max(2 * 1514, (long)(4 * bytesPerMillisecond)); // at least one packet, and the amount between two ticks of the kernel's clock
        return string.Create(
            CultureInfo.InvariantCulture, $"qdisc replace dev {device} root tbf rate {(long)(megabitsPerSecond * 1_000_000)}bit burst {burst} latency {QueueMilliseconds}ms");
    }

    internal static string Unshape(string device) => $"qdisc delete dev {device} root";

    /// <summary>The devices of the reading thread, with their counters.</summary>
    internal const string Devices = "/proc/thread-self/net/dev";

    /// <summary>Finds the line of <see cref="Devices"/> of one device.</summary>
    internal static string? FindDevice(string[] devices, string name) => Array.Find(devices, line => line.AsSpan().TrimStart().StartsWith($"{name}:"));

    /// <summary>
    /// Applies a rule to all IP packets that arrive over a link. In the family inet, because not every kernel can reject in netdev.
    /// </summary>
    internal static IEnumerable<string> Interfere(string device, string chain, string rule) =>
    [
        "add table inet lab",
        $"add chain inet lab {chain} {{ type filter hook ingress device \"{device}\" priority 0; }}",
        $"add rule inet lab {chain} {rule}",
    ];

    /// <summary>
    /// Applies the rule again after the device was renamed or recreated: the kernel may have kept the chain, without a device.
    /// </summary>
    internal static IEnumerable<string> InterfereAgain(string device, string chain, string rule) =>
        ["add table inet lab", $"add chain inet lab {chain}", .. StopInterfering(chain), .. Interfere(device, chain, rule)];

    internal static IEnumerable<string> StopInterfering(string chain) => [$"delete chain inet lab {chain}"];

    /// <summary>
    /// Translates the packets that leave over some devices, and drops the incoming packets that belong to no such connection. The zone
    /// separates the connections that the router remembers: after a change of the zone, it knows none of the earlier ones.
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
}
