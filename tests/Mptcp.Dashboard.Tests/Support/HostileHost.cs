using System.Net;
using Mptcp.Dashboard.Feed;
using Mptcp.Netlink;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>A host with everything that pages show, whose names try to become HTML.</summary>
static class HostileHost
{
    internal const string Name = "\"><script>alert('1')</script><img src=x onerror=alert(1)>\u202e";

    internal static FakeHost Create()
    {
        IPAddress address = EndPoint(2, 1, 0).Address;
        return new FakeHost
        {
            Relays = [Relay(Name, client: null, Connection(1)), Relay(Name, Connection(4), Connection(5))],
            Connections =
            [
                Connection(1, "wifi", Name) with { Process = Name },
                Connection(2, "wifi") with { HasFallenBack = true },
                Connection(3) with { Paths = null },
                .. Enumerable.Range(4, 60).Select(number => Connection(number, "wifi", "cell")),
            ],
            Host = new MptcpHostSnapshot
            {
                KernelRelease = Name,
                Interfaces = [new MptcpInterface(2, Name, [new MptcpInterfaceAddress(address, IsReady: true)]), new MptcpInterface(3, "wifi", []) { IsUp = false, ReversePathFilter = 1 }],
                Endpoints = [new MptcpEndpoint(address, MptcpEndpointFlags.Subflow) { Id = 1, InterfaceName = Name }, new MptcpEndpoint(IPAddress.Parse("192.0.2.1"), MptcpEndpointFlags.Signal) { Id = 2 }],
                Limits = new MptcpLimits(2, 0),
                Settings = new MptcpSettings(new Dictionary<string, string> { ["enabled"] = "0", ["scheduler"] = Name }),
            },
            NoEvents = "There are no events.",
        };
    }

    /// <summary>Adds an event, once somebody watches.</summary>
    internal static void Happen(FakeHost host) => host.Log!.Add(new LogEntry(DateTimeOffset.UtcNow, 1, LogKind.Lost, $"path over {Name} lost"));
}
