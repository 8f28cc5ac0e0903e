using System.Net;
using Mptcp.Lab;
using Reliability.Conductor;

namespace Reliability.Chaos;

/// <summary>Everything that may happen.</summary>
sealed class Faults(Hosts hosts, Programs programs)
{
    const int LastOctet = 200; // of the address that the client changes to

    /// <summary>What may happen to a path of the client.</summary>
    internal IReadOnlyList<Fault> OfPath(LabLink link)
    {
        LabInterface device = link.GetInterface(hosts.Client);
        IPAddress address = link.GetAddress(hosts.Client), other = WithLastOctet(address);
        return
        [
            Fault.While("down", _ => link.Down()),
            Fault.While("blackhole", _ => link.Blackhole()),
            Fault.While("blackhole from the client", _ => link.Blackhole(hosts.Client)),
            Fault.While("packets are lost", random => link.DropPackets(0.02 + random.NextDouble() * 0.3)),
            Fault.While("SYNs with MPTCP are lost", _ => link.DropMptcpSyns()),
            Fault.While("options of MPTCP are removed from SYN+ACKs", _ => link.StripMptcpFromSynAcks()),
            Fault.While("packets of TCP are reset", _ => link.ResetTcp()),
            Fault.While("no carrier", _ => device.LoseCarrier()),
            Fault.While("unplugged", _ => device.Unplug()),
            Fault.Of("another address", () => device.ChangeAddress(address, other), () => device.ChangeAddress(other, address)),
            Fault.Of("no address", () => device.RemoveAddress(address), () => AddAgain(device, address)),
            Fault.Of("a small MTU", () => device.SetMtu(1280), () => device.SetMtu(1500)),
        ];
    }

    internal IReadOnlyList<Fault> OfNat() =>
    [
        Fault.Of("the NAT forgets", hosts.Nat.ForgetNatConnections, static () => { }),
        Fault.While("the NAT is cut off", _ => hosts.Outside.Down()),
        Fault.Of("no default route", () => hosts.Second.GetInterface(hosts.Client).RemoveDefaultRoute(), () => hosts.Second.GetInterface(hosts.Client).AddDefaultRoute()),
    ];

    internal IReadOnlyList<Fault> OfHosts() =>
    [
        Setting(hosts.Client, "net.mptcp.enabled", "0", "1"),
        Setting(hosts.Server, "net.mptcp.enabled", "0", "1"),
        Setting(hosts.Client, "net.mptcp.checksum_enabled", "1", "0"),
        Setting(hosts.Server, "net.mptcp.allow_join_initial_addr_port", "0", "1"),
        Fault.Of("the client's endpoints are flushed", () => hosts.Client.Execute("ip", ["mptcp", "endpoint", "flush"]), static () => { }),
        Fault.Of("the client may have no further path", () => hosts.Client.SetLimits(0, 0), () => hosts.Client.SetLimits(4, 4)),
        Fault.Of("the server accepts no further path", () => hosts.Server.SetLimits(0, 0), () => hosts.Server.SetLimits(4, 4)),
    ];

    internal IReadOnlyList<Fault> OfPrograms() =>
    [
        new("the server is killed", _ => programs.KillServerAsync()),
        new("the gateway is killed", _ => programs.KillGatewayAsync()),
        new("the services are killed", _ => programs.KillServicesAsync()),
        new("the services are stopped", _ => programs.StopServicesAsync()),
    ];

    static Fault Setting(LabHost host, string name, string value, string usual) =>
        Fault.Of($"{host.Name}: {name} is {value}", () => host.SetSysctl(name, value), () => host.SetSysctl(name, usual));

    /// <summary>The default route went with the address.</summary>
    void AddAgain(LabInterface device, IPAddress address)
    {
        device.AddAddress(address, 24);
        if (device.Link == hosts.Second)
            device.AddDefaultRoute();
    }

    static IPAddress WithLastOctet(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes[^1] = LastOctet;
        return new IPAddress(bytes);
    }
}
