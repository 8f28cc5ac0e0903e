using System.Net;
using Mptcp.Lab;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>Tests the transport with another protocol than MPTCP: the addresses of rtnetlink.</summary>
public class NetlinkSocketTests
{
    const ushort RTM_GETLINK = 18, RTM_NEWADDR = 20, RTM_GETADDR = 22, IFA_LOCAL = 2;
    const int AddressHeader = 8; // struct ifaddrmsg of linux/if_addr.h
    const int LinkHeader = 16; // struct ifinfomsg of linux/rtnetlink.h

    /// <summary>
    /// The kernel sends a long list in parts, and creates the next part when one is read. So a change by the visitor at the first part
    /// affects the last.
    /// </summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_list_that_changes_while_it_is_read_is_requested_again()
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
    public async Task A_list_that_changes_at_each_attempt_is_given_up()
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
    public async Task Datagrams_of_other_processes_are_ignored()
    {
        using var one = new OneHost();
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        string forger = $"import socket; s = socket.socket(16, 3, 0); s.sendto(b'x' * 100, ({socket.PortId}, 0))";

        await using (Child python = one.Host.Run(() => Child.Start(Needs.Python(), ["-c", forger])))
            (await python.ExitAsync()).ShouldSucceed();

        socket.TryReceive(out ReadOnlySpan<byte> datagram).Should().Be(EAGAIN, "datagrams of others are ignored");
        datagram.Length.Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_invalid_answer_does_not_affect_the_next()
    {
        using var one = new OneHost();
        string[] lasting = await AddAddressesAsync(one.Host);
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        for (int i = 0; i < 3; i++)
        {
            socket.Invoking(s => List(s, _ => throw new InvalidDataException("nonsense"))).Should().Throw<InvalidDataException>().WithMessage("nonsense");
            int count = 0;
            List(socket, _ => count++);
            count.Should().Be(1 + lasting.Length);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_long_list_needs_only_a_small_buffer_in_the_kernel()
    {
        using var one = new OneHost();
        string[] lasting = await AddAddressesAsync(one.Host);
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        socket.SetOption(SOL_SOCKET, SO_RCVBUF, 0); // the kernel uses its smallest buffer
        int count = 0;
        List(socket, _ => count++);
        count.Should().Be(1 + lasting.Length);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_list_without_room_in_the_kernel_does_not_affect_the_next()
    {
        using var one = new OneHost();
        string[] lasting = await AddAddressesAsync(one.Host);
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        string stranger = $"import socket; s = socket.socket(16, 3, 0); s.sendto(b'x' * 15000, ({socket.PortId}, 0))";
        int count = 0;
        Action list = () => List(socket, _ =>
        {
            if (count++ > 0)
                return;

            one.Host.Execute(Needs.Python(), "-c", stranger);
            socket.SetOption(SOL_SOCKET, SO_RCVBUF, 20 * 1024);
        });

        // Newer kernels count the part that they create.
        if (Record.Exception(list) is { } e)
            e.Should().BeOfType<MptcpNetlinkException>().Which.ErrorNumber.Should().Be(ENOBUFS);

        count = 0;
        List(socket, _ => count++);
        count.Should().Be(1 + lasting.Length);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_too_long_answer_is_refused_and_has_room_the_next_time()
    {
        using var one = new OneHost();
        await BatchAsync(one.Host, Enumerable.Range(0, 300).Select(i => $"link property add dev lo altname {i:d120}"));
        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        Func<int> ask = () =>
        {
            int length = 0;
            var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETLINK, NLM_F_ACK);
            request.Header(LinkHeader)[4] = 1; // ifi_index of lo
            socket.Request(request, "tell about lo", message => length = message.Payload.Length);
            return length;
        };

        ask.Should().Throw<MptcpNetlinkException>().Which.ErrorNumber.Should().Be(EMSGSIZE);
        ask().Should().BeGreaterThan(32 * 1024);
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

    static void List(NetlinkSocket socket, NetlinkVisitor visit) =>
        socket.Dump(ListOfAddresses(stackalloc byte[NetlinkMessageWriter.Enough]), "list the addresses", () => { }, visit);

    static NetlinkSocket OpenWithLittleRoom(LabHost host)
    {
        NetlinkSocket socket = host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        socket.SetOption(SOL_SOCKET, SO_RCVBUF, 40 * 1024); // doubled: socket(7)
        return socket;
    }

    /// <summary>Adds enough addresses for several parts.</summary>
    static async Task<string[]> AddAddressesAsync(LabHost host)
    {
        const int count = 2000;
        string[] addresses = [.. Enumerable.Range(0, count).Select(i => $"10.1.{i / 250}.{i % 250 + 1}")];
        await BatchAsync(host, addresses.Select(address => $"address add {address}/32 dev lo"));
        return addresses;
    }

    static async Task BatchAsync(LabHost host, IEnumerable<string> commands)
    {
        await using Child ip = host.Run(() => Child.Start(Needs.Program("ip", "iproute2"), ["-batch", "-"]));
        await ip.Input.WriteAsync(string.Concat(commands.Select(command => $"{command}\n")));
        ip.Input.Close();
        (await ip.ExitAsync()).ShouldSucceed();
    }
}
