using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Testing;

/// <summary>
/// Probes the requirements of a test. If one is missing, the test is skipped with the reason. With MPTCP_TESTS=required, as in CI, it
/// fails, unless the kernel lacks it.
/// </summary>
static class Needs
{
    static readonly Lazy<IReadOnlyList<LabRequirement>> s_missing = new(() => LabNetwork.Missing);

    static bool IsRequired => Environment.GetEnvironmentVariable("MPTCP_TESTS") == "required";

    internal static void Mptcp()
    {
        if (MptcpSocket.IsSupported)
            return;

        MptcpCapabilities system = MptcpCapabilities.Probe();
        if (system.UnavailableReason is MptcpUnavailableReason.NotCompiled or MptcpUnavailableReason.KernelTooOld)
            KernelLacks($"with MPTCP: {system.Explanation}");

        Lacks($"MPTCP: {system.Explanation}");
    }

    internal static void Linux()
    {
        if (!OperatingSystem.IsLinux())
            Lacks("Linux.");
    }

    internal static void IPv6()
    {
        if (!Socket.OSSupportsIPv6)
            Lacks("IPv6.");
    }

    /// <summary>Needs a lab.</summary>
    internal static void Lab()
    {
        if (s_missing.Value.FirstOrDefault(requirement => requirement.IsRequired) is { } first)
            Lacks($"a lab. {first}");
    }

    /// <summary>Needs links that can drop or change packets.</summary>
    internal static void LabFaults() => LabFeatures(LabFeature.Nft, LabFeature.NftIngress);

    /// <summary>Needs links with a rate.</summary>
    internal static void LabRates() => LabFeatures(LabFeature.Tbf);

    /// <summary>Needs a feature that only some labs use.</summary>
    internal static void LabFeatures(params LabFeature[] features)
    {
        Lab();
        if (s_missing.Value.FirstOrDefault(requirement => features.Contains(requirement.Feature)) is { } first)
            Lacks($"more of a lab. {first}");
    }

    /// <summary>Returns the program that starts another one in a new mount namespace.</summary>
    internal static async Task<string> MountNamespacesAsync()
    {
        string unshare = Program("unshare", "util-linux");
        Child.Result probe = await Child.RunAsync(unshare, ["--mount", "true"]);
        if (probe.ExitCode != 0)
            Lacks($"a separate mount namespace ({probe.Error.Trim()}): run as root, or inside 'unshare --user --map-root-user --mount'.");

        return unshare;
    }

    /// <summary>Returns the full path of a program.</summary>
    internal static string Program(string name, string package)
    {
        foreach (string directory in $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin:/usr/libexec".Split(':'))
        {
            if (directory.Length > 0 && Path.Combine(directory, name) is var path && File.Exists(path))
                return path;
        }

        Lacks($"the program {name}: on Debian, 'apt-get install {package}'.");
        return name;
    }

    /// <summary>The full path of mptcpd, with the plug-ins that it does not start without.</summary>
    internal static string Mptcpd()
    {
        if (!Directory.Exists("/usr/lib") || !Directory.EnumerateDirectories("/usr/lib", "*-linux-*").Any(directory => File.Exists($"{directory}/mptcpd/addr_adv.so")))
            Lacks("the plug-ins of mptcpd: on Debian, 'apt-get install mptcpd-plugins'.");

        return Program("mptcpd", "mptcpd");
    }

    internal static string Python() => Program("python3", "python3");

    /// <summary>Skips the test: this machine cannot have the feature of another kernel.</summary>
    [DoesNotReturn]
    internal static void KernelLacks(string what) => Assert.Skip($"This test needs a kernel {what}");

    [DoesNotReturn]
    internal static void Lacks(string what)
    {
        if (IsRequired)
            Assert.Fail($"This test needs {what} MPTCP_TESTS=required forbids skipping it.");

        Assert.Skip($"This test needs {what}");
    }
}
