using System.Text.RegularExpressions;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Changes a host with ip(8), and reads its endpoints with it.</summary>
static class EndpointsOf
{
    internal static void Ip(LabHost host, params string[] commands)
    {
        foreach (string command in commands.SelectMany(command => command.Split(';')))
            host.Execute("ip", command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Creates an interface without an address. Its peer is up, so it has a carrier.</summary>
    internal static string Cable(string name) => $"link add {name} type veth peer name veth-{name}; link set veth-{name} up";

    internal static async Task BecomeAsync(LabHost host, params string[] endpoints)
    {
        string[] last = [];
        try
        {
            await Eventually.TrueAsync(() => (last = ListEndpoints(host)).Order().SequenceEqual(endpoints.Order()), "the endpoints become what they should be");
        }
        catch (Xunit.Sdk.FailException)
        {
            last.Should().BeEquivalentTo(endpoints);
            throw;
        }
    }

    /// <summary>
    /// Returns "ADDRESS DEVICE FLAGS" of each endpoint, as ip shows it, in ip's order. The device is omitted if it is gone.
    /// </summary>
    internal static string[] ListEndpoints(LabHost host) =>
    [
        .. host.Execute("ip", "mptcp", "endpoint", "show").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Regex.Match(line, @"^(\S+) id \d+ (.*?)\s*(?:dev (\S+))?\s*$").Groups)
            .Select(groups => $"{groups[1].Value} {(groups[3].Value is "" or ['i', 'f', >= '0' and <= '9', ..] ? "-" : groups[3].Value)} {groups[2].Value}"),
    ];

    internal static string Limits(LabHost host) => host.Run(() =>
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpLimits limits = manager.GetLimits();
        return $"{limits.ExtraSubflows} {limits.AcceptedAddresses}";
    });
}
