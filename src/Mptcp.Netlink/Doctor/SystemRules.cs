using Mptcp.Sockets;
using static System.FormattableString;
using static Mptcp.Netlink.Doctor.Facts;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>The kernel, its settings, and other programs.</summary>
static class SystemRules
{
    internal static readonly Rule[] All =
    [
        new("mptcp-unavailable", Error, FindUnavailable),
        new("mptcp-disabled", Error, FindDisabled),
        new("path-manager", Error, FindPathManager),
        new("other-manager", Warning, FindOtherManager),
        new("endpoints-unreadable", Information, FindUnreadable),
        new("blackhole", Warning, FindBlackhole),
        new("kernel-defect", Information, FindDefects),
    ];

    static IEnumerable<Diagnosis> FindUnavailable(Case examined)
    {
        MptcpHostSnapshot host = examined.Host;
        if (host.UnavailableReason is MptcpUnavailableReason.None or MptcpUnavailableReason.DisabledBySysctl)
            yield break;

        string evidence = $"This system provides no MPTCP sockets ({host.UnavailableReason}). Its kernel is {host.KernelRelease}.";
        yield return host.UnavailableReason switch
        {
            _ when IsWsl(host) => new(
                "kernel", evidence,
                "Build a kernel for WSL with CONFIG_MPTCP=y and CONFIG_MPTCP_IPV6=y, and name it in .wslconfig (kernel=)."),
            MptcpUnavailableReason.KernelTooOld => new("kernel", evidence, "Run Linux 5.6 or later; 6.12 or later is better."),
            MptcpUnavailableReason.NotCompiled =>
                new("kernel", evidence, "Run a kernel with CONFIG_MPTCP=y, and CONFIG_MPTCP_IPV6=y for IPv6."),
            MptcpUnavailableReason.BlockedByPolicy => new(
                "policy", evidence,
                "Allow socket() with protocol 262 in the seccomp profile, SELinux policy or eBPF program of this process."),
            MptcpUnavailableReason.DisabledBySwitch => new(
                "MPTCP_SOCKETS_DISABLED", evidence,
                "Unset the environment variable MPTCP_SOCKETS_DISABLED and the AppContext switch Mptcp.Sockets.Disabled."),
            _ => new("kernel", evidence, "See MptcpCapabilities.Probe().Explanation on that host."),
        };
    }

    static IEnumerable<Diagnosis> FindDisabled(Case examined)
    {
        if (examined.Host.Settings.IsEnabled == false)
        {
            yield return new(
                "net.mptcp.enabled",
                "net.mptcp.enabled is 0 in this network namespace: programs cannot create MPTCP sockets.",
                "Enable MPTCP.",
                "sysctl -w net.mptcp.enabled=1");
        }
    }

    static IEnumerable<Diagnosis> FindPathManager(Case examined)
    {
        (MptcpSettings settings, string wanted) = (examined.Host.Settings, examined.Options.PathManager);
        if (settings.PathManager is not { } used || used == wanted)
            yield break;

        string evidence = $"New connections use the path manager '{used}', and it should be '{wanted}'.";
        if (used == "userspace")
            evidence += " The kernel uses neither endpoints nor limits: only a program can open further paths.";

        string command = settings["path_manager"] is not null
            ? $"sysctl -w net.mptcp.path_manager={wanted}"
            : $"sysctl -w net.mptcp.pm_type={(wanted == "userspace" ? 1 : 0)}";
        yield return new("net.mptcp.path_manager", evidence, "Set the path manager. Existing connections keep theirs.", command);
    }

    /// <summary>Finds two managers, which undo each other's work. One is fine.</summary>
    static IEnumerable<Diagnosis> FindOtherManager(Case examined)
    {
        MptcpEndpoint[] ours =
        [
            .. examined.Endpoints().Where(endpoint => endpoint.Id is >= MptcpEndpointPlan.FirstOwnId and <= MptcpEndpointPlan.LastOwnId),
        ];
        foreach (MptcpEndpointManager other in examined.Host.OtherManagers.Where(_ => ours.Length > 0))
        {
            string evidence = Invariant($"{other.Name} (process {other.ProcessId}) may manage endpoints, ")
                + Invariant($"and AddMptcpEndpoints owns {Number(ours.Length, "endpoint")} (ids 200 to 254).");
            yield return other.Name switch
            {
                "NetworkManager" => new(
                    other.Name, evidence,
                    "Let one of them manage the endpoints. These commands turn off MPTCP endpoints in NetworkManager; "
                        + "profiles with a value of their own keep it.",
                    @"printf '[connection]\nconnection.mptcp-flags=1\n' > /etc/NetworkManager/conf.d/90-no-mptcp.conf",
                    "nmcli general reload conf"),
                _ => new(
                    other.Name, evidence, "Let one of them manage the endpoints. This command stops the other.",
                    "systemctl disable --now mptcp.service"),
            };
        }
    }

    static IEnumerable<Diagnosis> FindUnreadable(Case examined)
    {
        if (examined.Host is { Endpoints: null, Limits: not null })
        {
            yield return new(
                "endpoints", "The kernel does not list its endpoints to this process: Linux 6.7 to 6.11 require CAP_NET_ADMIN.",
                "Run as root, so that the findings about endpoints are complete.");
        }
    }

    static IEnumerable<Diagnosis> FindBlackhole(Case examined)
    {
        long avoided = examined.Count("MPCapableSYNTXDisabled");
        if (avoided == 0 || examined.Host.Settings.BlackholeTimeout is not { } time || time == TimeSpan.Zero)
            yield break;

        yield return new(
            "net.mptcp.blackhole_timeout",
            Invariant($"{examined.Since()}, the kernel has connected {Number(avoided, "time")} without offering MPTCP, ")
                + "because a path had dropped SYNs with MPTCP. "
                + Invariant($"It avoids MPTCP for all peers, for {time.TotalSeconds:0} s and twice as long each further time. ")
                + "The kernel does not report since when.",
            "Find the device that drops the SYNs: probe a peer. Then this command makes the kernel forget.",
            Invariant($"sysctl -w net.mptcp.blackhole_timeout={time.TotalSeconds:0}"))
        {
            Severity = examined.SeverityOfCounters(),
        };
    }

    static IEnumerable<Diagnosis> FindDefects(Case examined) => KernelDefect.All
        .Where(defect => defect.Concerns(examined.Host))
        .Select(defect => new Diagnosis($"Linux {examined.Host.KernelRelease}", $"{defect.Text} Source: {defect.Source}.", defect.Advice) { Severity = defect.Severity });

    static bool IsWsl(MptcpHostSnapshot host) => host.KernelRelease.Contains("microsoft", StringComparison.OrdinalIgnoreCase);
}
