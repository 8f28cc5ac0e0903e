using System.Net;

namespace Mptcp.Netlink.Tests;

/// <summary>The examples in the package's documentation comments, line for line, so that they compile. <see cref="ReadmeTests"/> compares.</summary>
static class Examples
{
    internal static void Endpoints()
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        manager.AddEndpoint(IPAddress.Parse("192.0.2.7"), MptcpEndpointFlags.Subflow, "wwan0");
    }

    internal static void OtherNamespace()
    {
        using MptcpPathManager manager = MptcpNetworkNamespace.Run("/run/netns/blue", MptcpPathManager.Open);
    }

    internal static async Task Host()
    {
        foreach (MptcpConnection connection in MptcpConnections.List()) Console.WriteLine(connection);
        bool isDisabled = MptcpSettings.Read().IsEnabled == false;
        foreach (MptcpFinding finding in await MptcpDoctor.ExamineAsync()) Console.WriteLine(finding);
    }
}
