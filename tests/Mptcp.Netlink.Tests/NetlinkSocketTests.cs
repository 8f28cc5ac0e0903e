using System.Net;
using Mptcp.Lab;
using Mptcp.Netlink.Transport;
using static Mptcp.Netlink.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>The layer below, asked for something else than Multipath TCP: rtnetlink's addresses.</summary>
public class NetlinkSocketTests
{
    const ushort RTM_NEWADDR = 20, RTM_GETADDR = 22, IFA_LOCAL = 2;
    const int AddressHeader = 8; // struct ifaddrmsg of linux/if_addr.h

    /// <summary>
    /// The kernel gives a long list in parts, and makes the next when half of its room is free. That is for a part or two here, so that what the visitor changes at the
    /// first changes the list before the last is made.
    /// </summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_list_that_changes_while_it_is_told_is_asked_for_again()
    {
        const string added = "10.9.9.9";
        using var one = new OneHost();
        string[] lasting = await AddAddressesAsync(one.Host);
        using NetlinkSocket socket = OpenWithLittleRoom(one.Host);
        var addresses = new List<string>();

        socket.Dump(
            ListOfAddresses(stackalloc byte[NetlinkMessageWriter.Enough]), "list the addresses", addresses.Clear,
            message =>
            {
                if (addresses.Count == 0 && socket.InterruptedDumps == 0)
                    one.Host.Execute("ip", "address", "add", $"{added}/32", "dev", "lo");

                addresses.Add(AddressOf(message));
            });

        socket.InterruptedDumps.Should().Be(1);
        addresses.Should().Equal(["127.0.0.1", .. lasting, added]);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_list_that_never_stays_the_same_is_given_up()
    {
        using var one = new OneHost();
        await AddAddressesAsync(one.Host);
        using NetlinkSocket socket = OpenWithLittleRoom(one.Host);
        int visited = 0, begun = 0;

        Action list = () => socket.Dump(
            ListOfAddresses(stackalloc byte[NetlinkMessageWriter.Enough]), "list the addresses", () => (visited, begun) = (0, begun + 1),
            _ =>
            {
                if (visited++ == 0)
                    one.Host.Execute("ip", "address", begun % 2 == 1 ? "add" : "delete", "10.9.9.9/32", "dev", "lo");
            });

        MptcpNetlinkException e = list.Should().Throw<MptcpNetlinkException>().Which;
        e.ErrorNumber.Should().Be(EBUSY);
        e.KernelMessage.Should().Contain("changed during each of 10 attempts");
        (begun, socket.InterruptedDumps).Should().Be((10, 10));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Only_the_kernel_is_believed()
    {
        using var one = new OneHost();
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        string forger = $"import socket; s = socket.socket(16, 3, 0); s.sendto(b'x' * 100, ({socket.PortId}, 0))";

        await using (Child python = one.Host.Run(() => Child.Start(Needs.Python(), ["-c", forger])))
            (await python.ExitAsync()).ShouldSucceed();

        socket.TryReceive(out ReadOnlySpan<byte> datagram).Should().Be(EAGAIN, "what others send is thrown away");
        datagram.Length.Should().Be(0);
    }

    /// <summary>An answer that makes no sense to whoever takes it does not spoil the next.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public void A_list_is_read_to_its_end_whatever_it_holds()
    {
        using var one = new OneHost();
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        for (int i = 0; i < 3; i++)
        {
            socket.Invoking(s => List(s, _ => throw new InvalidDataException("nonsense"))).Should().Throw<InvalidDataException>().WithMessage("nonsense");
            int count = 0;
            List(socket, _ => count++);
            count.Should().Be(1);
        }

        static void List(NetlinkSocket socket, NetlinkVisitor visit)
        {
            socket.Dump(ListOfAddresses(stackalloc byte[NetlinkMessageWriter.Enough]), "list the addresses", () => { }, visit);
        }
    }

    static NetlinkMessageWriter ListOfAddresses(Span<byte> buffer)
    {
        var request = new NetlinkMessageWriter(buffer, RTM_GETADDR, NLM_F_DUMP);
        request.Header(AddressHeader)[0] = AF_INET;
        return request;
    }

    static string AddressOf(NetlinkMessage message)
    {
        message.Type.Should().Be(RTM_NEWADDR);
        foreach (NetlinkAttribute attribute in message.AttributesBehind(AddressHeader))
        {
            if (attribute.Type == IFA_LOCAL)
                return new IPAddress(attribute.Value).ToString();
        }

        return "";
    }

    static NetlinkSocket OpenWithLittleRoom(LabHost host)
    {
        NetlinkSocket socket = host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        socket.SetOption(SOL_SOCKET, SO_RCVBUF, 40 * 1024); // doubled: socket(7)
        return socket;
    }

    /// <summary>Enough of them for several parts.</summary>
    static async Task<string[]> AddAddressesAsync(LabHost host)
    {
        const int count = 2000;
        string[] addresses = [.. Enumerable.Range(0, count).Select(i => $"10.1.{i / 250}.{i % 250 + 1}")];
        await using Child ip = host.Run(() => Child.Start(Needs.Program("ip", "iproute2"), ["-batch", "-"]));
        await ip.Input.WriteAsync(string.Concat(addresses.Select(address => $"address add {address}/32 dev lo\n")));
        ip.Input.Close();
        (await ip.ExitAsync()).ShouldSucceed();
        return addresses;
    }
}
