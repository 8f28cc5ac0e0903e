using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>Finds what a machine or user lacks for a lab, by trying it in a new namespace.</summary>
static class LabRequirements
{
    const string AppArmor = "/proc/sys/kernel/apparmor_restrict_unprivileged_userns";

    static readonly (LabFeature Feature, string Program, string Package)[] s_programs =
    [
        (LabFeature.Ip, "ip", "iproute2"), (LabFeature.Tbf, "tc", "iproute2"), (LabFeature.Ss, "ss", "iproute2"),
        (LabFeature.Nft, "nft", "nftables"), (LabFeature.Setpriv, "setpriv", "util-linux"),
    ];

    /// <summary>Finds the Debian package of one of the programs that a lab uses.</summary>
    internal static string? FindPackage(string program) => Array.Find(s_programs, one => one.Program == program).Package;

    /// <summary>Finds the missing features without which no lab can be created.</summary>
    internal static IReadOnlyList<LabRequirement> FindRequired()
    {
        if (!OperatingSystem.IsLinux())
            return [new(LabFeature.Linux, true, "A lab needs Linux: it is made of network namespaces.")];

        try
        {
            using var home = NetworkNamespace.Create();
            return [.. new[] { FindVethProblem(home), FindSettingsProblem(home) }.OfType<LabRequirement>()];
        }
        catch (LabException e)
        {
            return [NamespaceProblem(e.Message.TrimEnd('.'))];
        }
    }

    /// <summary>Finds the missing features for parts of a lab. Call it only if a lab can be created.</summary>
    internal static IReadOnlyList<LabRequirement> FindOptional()
    {
        var missing = new List<LabRequirement>();
        foreach ((LabFeature feature, string program, string package) in s_programs.Where(one => Command.Find(one.Program) is null))
            missing.Add(new(feature, false, $"A lab needs the program {program} for a part of its features: on Debian, 'apt-get install {package}'."));

        using var home = NetworkNamespace.Create();
        if (missing.All(one => one.Feature != LabFeature.Nft))
        {
            Try(LabFeature.Nft, "nft", ["add table inet lab"], "Faults of links need nftables in the kernel (CONFIG_NF_TABLES_INET)");
            if (missing.All(one => one.Feature != LabFeature.Nft))
                Try(LabFeature.NftIngress, "nft", Plumbing.Interfere("lo", "probe", "drop"), "Faults of links need nftables' ingress hook, which Linux has since 5.10");
        }

        if (missing.All(one => one.Feature != LabFeature.Tbf))
            Try(LabFeature.Tbf, "tc", [Plumbing.Shape("lo", 1)], "The rate of a link needs the token bucket filter in the kernel (CONFIG_NET_SCH_TBF)");

        if (!home.Run("lab: probe", () => File.Exists("/proc/sys/net/mptcp/enabled")))
            missing.Add(new(LabFeature.Mptcp, false, "MPTCP is not in this kernel (CONFIG_MPTCP, Linux 5.6 or later)."));

        return missing;

        void Try(LabFeature feature, string program, IEnumerable<string> commands, string need)
        {
            try
            {
                string input = string.Concat(commands.Select(command => $"{command}\n"));
                home.Run("lab: probe", () => Command.Run(program, program == "nft" ? ["-f", "-"] : ["-batch", "-"], input));
            }
            catch (LabException e)
            {
                missing.Add(new(feature, false, $"{need} ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})."));
            }
        }
    }

    static LabRequirement NamespaceProblem(string problem) => ReadSetting(AppArmor) == "1"
        ? new(
            LabFeature.UnconfinedUserNamespaces,
            true,
            $"A lab needs network namespaces ({problem}), and AppArmor forbids them to users: run as root, or 'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'.")
        : new(LabFeature.NetworkNamespaces, true, $"A lab needs network namespaces ({problem}): run as root, or inside 'unshare --user --map-root-user'.");

    static LabRequirement? FindVethProblem(NetworkNamespace home)
    {
        try
        {
            home.Route.Request(RouteRequests.AddCable());
            return null;
        }
        catch (LabException e)
        {
            return new(LabFeature.Veth, true, $"A lab needs the kernel's veth devices (CONFIG_VETH, 'modprobe veth'): the kernel {e.Message}");
        }
    }

    static LabRequirement? FindSettingsProblem(NetworkNamespace home) => home.Run("lab: probe", () =>
    {
        if (!Directory.Exists("/proc/sys/net/ipv6"))
            return new LabRequirement(LabFeature.IPv6, true, "A lab needs IPv6: boot without the kernel parameter ipv6.disable=1.");

        try
        {
            File.WriteAllText("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new LabRequirement(
                LabFeature.WritableSettings,
                true,
                $"A lab needs to write settings under /proc/sys/net ({e.Message.TrimEnd('.')}): 'mount -o remount,rw /proc/sys', or run the container with --privileged.");
        }
    });

    static string? ReadSetting(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
