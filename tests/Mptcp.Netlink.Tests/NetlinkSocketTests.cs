using System.Diagnostics;
using System.Net;
using Mptcp.Lab;
using Mptcp.Netlink.Transport;
using static Mptcp.Netlink.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>The layer below, asked for something else than Multipath TCP: rtnetlink's addresses.</summary>
public class NetlinkSocketTests
{
    const ushort RTM_NEWADDR = 20, RTM_GETADDR = 22, IFA_LOCAL = 2;
    const int AddressHeader = 8; // struct ifaddrmsg of linux/if_addr.h
    const byte AF_INET = 2;

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_list_that_changes_while_it_is_told_is_asked_for_again()
    {
        const int count = 500;
        using var one = new OneHost();
        string[] lasting = [.. Enumerable.Range(0, count).Select(i => $"10.1.{i / 250}.{i % 250 + 1}")];
        await using Child preparing = StartBatch(one.Host);
        await preparing.Input.WriteAsync(string.Concat(lasting.Select(address => $"address add {address}/32 dev lo\n")));
        preparing.Input.Close();
        (await preparing.ExitAsync()).ShouldSucceed();

        using NetlinkSocket socket = one.Host.Run(() => NetlinkSocket.Open(NETLINK_ROUTE));
        await using Child changing = StartBatch(one.Host);
        using var end = new CancellationTokenSource();
        Task changes = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
                await changing.Input.WriteAsync("address add 10.9.9.9/32 dev lo\naddress delete 10.9.9.9/32 dev lo\n");
        });
        var watch = Stopwatch.StartNew();
        while (socket.InterruptedDumps == 0 && watch.Elapsed < Limit.OfAWait)
            ListAddresses().Where(address => address != "10.9.9.9").Should().Equal(["127.0.0.1", .. lasting]);

        socket.InterruptedDumps.Should().BePositive();
        await end.CancelAsync();
        await changes;

        List<string> ListAddresses()
        {
            var addresses = new List<string>();
            var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETADDR, NLM_F_DUMP);
            request.Header(AddressHeader)[0] = AF_INET;
            try
            {
                socket.Dump(request, "list the addresses", addresses.Clear, Add);
            }
            catch (MptcpNetlinkException e) when (e.ErrorNumber == EBUSY)
            {
                e.KernelMessage.Should().Contain("changed during each of"); // that often is possible, too
                return ["127.0.0.1", .. lasting];
            }

            return addresses;

            void Add(NetlinkMessage message)
            {
                message.Type.Should().Be(RTM_NEWADDR);
                foreach (NetlinkAttribute attribute in message.AttributesBehind(AddressHeader))
                {
                    if (attribute.Type == IFA_LOCAL)
                        addresses.Add(new IPAddress(attribute.Value).ToString());
                }
            }
        }
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
            var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETADDR, NLM_F_DUMP);
            request.Header(AddressHeader)[0] = AF_INET;
            socket.Dump(request, "list the addresses", () => { }, visit);
        }
    }

    static Child StartBatch(LabHost host) => host.Run(() => Child.Start(Needs.Program("ip", "iproute2"), ["-batch", "-"]));
}
