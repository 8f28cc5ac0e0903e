using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Lab;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Tests;

/// <summary>The endpoints of the host, as the kernel lists them, and the paths that follow from them.</summary>
public class HostEndpointTests
{
    [Fact]
    public void Endpoints_equal_those_of_ip_with_their_flags()
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Client.AddEndpoint(hosts.FirstLink, LabEndpointRoles.Subflow);
        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow | LabEndpointRoles.Backup, AddressFamily.InterNetworkV6);
        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal);

        HostEndpoint[] endpoints = hosts.Client.Run(LocalPaths.ReadEndpoints);

        endpoints.Should().BeEquivalentTo(new HostEndpoint[]
        {
            new HostEndpoint(hosts.FirstLink.GetAddress(hosts.Client), OpensSubflows: true, IsBackup: false),
            new HostEndpoint(hosts.SecondLink.GetAddress(hosts.Client, AddressFamily.InterNetworkV6), OpensSubflows: true, IsBackup: true),
            new HostEndpoint(hosts.SecondLink.GetAddress(hosts.Client), OpensSubflows: false, IsBackup: false),
        });
    }

    [Fact]
    public void Paths_are_the_interfaces_of_subflow_endpoints_of_the_targets_family_except_the_late_one()
    {
        using var hosts = new TwoHosts(null, null, null);
        IPEndPoint server = new(hosts.FirstLink.GetAddress(hosts.Server), 9);
        hosts.Client.UseAllLinks();
        string[] names = [.. hosts.Client.Links.Select(link => link.GetInterface(hosts.Client).Name)];
        hosts.Client.SetBackup(hosts.Client.Links[2], true);
        hosts.Client.Run(() =>
        {
            using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            late.Bind(new IPEndPoint(hosts.FirstLink.GetAddress(hosts.Client), 0));

            LocalPaths.FindOthers(server, late, names: null).Should().Equal(new LocalPath(names[1]), new LocalPath(names[2], IsBackup: true));
            LocalPaths.FindOthers(server, late: null, names: null).Should().HaveCount(3, "no attempt has taken one");
            LocalPaths.FindOthers(server, late, names: []).Should().BeEmpty();
            LocalPaths.FindOthers(server, late, [names[2], "none0", names[0]]).Should().Equal(new LocalPath(names[2]));
        });
    }

    [Fact]
    public void A_host_without_endpoints_has_no_other_path() => OneHost.Run(_ =>
    {
        LocalPaths.ReadEndpoints().Should().BeEmpty();
        LocalPaths.FindOthers(new IPEndPoint(IPAddress.Parse("203.0.113.1"), 9), late: null, names: null).Should().BeEmpty();
    });

    [Fact]
    public void Every_wrong_length_is_refused_and_nothing_is_read_beyond()
    {
        const int cases = 1_000_000, seed = 8684;
        var random = new Random(seed);
        byte[] genuine = Datagram();
        int parsed = 0;
        for (int i = 0; i < cases; i++)
        {
            byte[] datagram = [.. genuine];
            for (int flips = random.Next(4); flips > 0; flips--)
                datagram[random.Next(datagram.Length)] = (byte)random.Next(256);

            int length = random.Next(8) == 0 ? random.Next(datagram.Length + 1) : datagram.Length;
            try
            {
                foreach (NetlinkMessage message in new NetlinkMessages(datagram.AsSpan(0, length)))
                    parsed += HostEndpoint.Parse(message) is null ? 0 : 1;
            }
            catch (InvalidDataException)
            {
                // The input is refused.
            }
        }

        parsed.Should().BeGreaterThan(cases / 2, "most messages are valid");
    }

    /// <summary>Creates two messages of a list: an IPv4 and an IPv6 endpoint.</summary>
    static byte[] Datagram() =>
    [
        .. Message(Attribute(1, [.. Attribute(1, [2, 0]), .. Attribute(2, [1]), .. Attribute(3, [192, 0, 2, 1]), .. Attribute(6, [2, 0, 0, 0]), .. Attribute(7, [3, 0, 0, 0])])),
        .. Message(Attribute(1, [.. Attribute(1, [10, 0]), .. Attribute(2, [2]), .. Attribute(4, IPAddress.Parse("2001:db8::1").GetAddressBytes()), .. Attribute(6, [6, 0, 0, 0])])),
    ];

    static byte[] Message(byte[] attributes)
    {
        byte[] message = [0, 0, 0, 0, 30, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 1, 0, 0, .. attributes];
        MemoryMarshal.Write(message, message.Length);
        return message;
    }

    static byte[] Attribute(ushort type, byte[] value)
    {
        byte[] attribute = new byte[(4 + value.Length + 3) & ~3];
        MemoryMarshal.Write(attribute, (ushort)(4 + value.Length));
        MemoryMarshal.Write(attribute.AsSpan(2), type);
        value.CopyTo(attribute, 4);
        return attribute;
    }
}
