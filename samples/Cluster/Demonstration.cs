using Mptcp.Lab;
using Mptcp.Sockets;

namespace Cluster;

/// <summary>Runs two clusters side by side on the same hosts, one with Multipath TCP and one with TCP, and lets one of the two networks die.</summary>
static class Demonstration
{
    /// <summary>A call of Orleans fails after 30 s, and a silo that does not answer is declared dead after about 15 s.</summary>
    static readonly TimeSpan s_outage = TimeSpan.FromSeconds(45);

    internal static async Task<int> RunAsync()
    {
        if (LabNetwork.Missing.Any(requirement => requirement.IsRequired))
            Rootless.Restart(); // returns only if a user namespace would not help

        if (FindMissing() is [_, ..] missing)
        {
            await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, missing.Prepend("The demonstration cannot run on this machine:")));
            return 3;
        }

        using var networks = new Networks();
        Console.WriteLine("Three hosts, each on the networks red and blue. Two clusters of three silos start there, one with Multipath TCP and one with TCP.");
        SiloProcess[] mptcp = networks.StartSilos(MptcpMode.Required), tcp = networks.StartSilos(MptcpMode.Disabled);
        foreach (SiloProcess silo in mptcp.Concat(tcp))
            await silo.WaitUntilReadyAsync();

        await networks.WaitForSecondPathsAsync();
        Console.WriteLine($"All silos call each other. Now network red dies, for {s_outage.TotalSeconds} s.");
        networks.KillRed();
        await Task.Delay(s_outage);

        Report ofMptcp = await ReportAsync(mptcp), ofTcp = await ReportAsync(tcp);
        Report.Write(ofMptcp, ofTcp);
        return ofMptcp is { Failed: 0, DeadSilos: 0 } ? 0 : 1;
    }

    static IReadOnlyList<string> FindMissing()
    {
        if (LabNetwork.Missing is { Count: > 0 } missing)
            return [.. missing.Select(requirement => requirement.Explanation)];

        // Probed on a host of the lab, because each network namespace has its own settings.
        using var network = new LabNetwork();
        MptcpCapabilities mptcp = network.AddHost("probe").Run(MptcpCapabilities.Probe);
        return mptcp.SupportsIPv4 ? [] : [mptcp.Explanation];
    }

    static async Task<Report> ReportAsync(SiloProcess[] silos) => Report.Sum(await Task.WhenAll(silos.Select(silo => silo.ReportAsync())));
}
