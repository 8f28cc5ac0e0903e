using System.Diagnostics;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Middleboxes that interfere with Multipath TCP, made with nftables in the calling thread's network namespace.</summary>
static class Firewall
{
    /// <summary>What some firewalls do: SYNs that carry Multipath TCP vanish.</summary>
    internal static void DropMptcpSyns(string nft) => Apply(nft, "tcp flags syn tcp option mptcp exists drop");

    /// <summary>What some proxies do: the option is replaced by padding.</summary>
    internal static void StripMptcp(string nft) => Apply(nft, "reset tcp option mptcp");

    internal static void Clear(string nft) => Run(nft, "flush ruleset");

    static void Apply(string nft, string rule) =>
        Run(nft, $"add table inet middlebox; add chain inet middlebox input {{ type filter hook input priority 0; }}; add rule inet middlebox input {rule}");

    // Not asynchronously: the child must start in this thread's namespace, and so must whatever the test does next.
    static void Run(string nft, string commands)
    {
        using Process process = Process.Start(new ProcessStartInfo(nft, [commands]) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "nft said: {0}", error);
    }
}
