using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Tests;

public class GraftCheckTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_check_that_a_busy_machine_delays_is_repeated()
    {
        const int IPPROTO_TCP = 6, TCP_DEFER_ACCEPT = 9;
        int created = 0;

        bool passes = await GraftCheck.PassesAsync(Create, [TimeSpan.FromSeconds(1), Limit.OfAWait]);

        passes.Should().BeTrue();

        Socket Create(AddressFamily family)
        {
            Socket socket = CreateTcp(family);
            if (created++ == 0)
                socket.SetRawSocketOption(IPPROTO_TCP, TCP_DEFER_ACCEPT, BitConverter.GetBytes(600)); // the listener accepts nobody who sends nothing

            return socket;
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_check_that_fails_each_time_forbids_the_graft()
    {
        int created = 0;

        bool passes = await GraftCheck.PassesAsync(CreateBound, [Limit.OfAWait, Limit.OfAWait]);

        passes.Should().BeFalse();
        created.Should().Be(4, "it has tried twice, each time with a listener and a client");

        Socket CreateBound(AddressFamily family)
        {
            created++;
            Socket socket = CreateTcp(family);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // it cannot be bound again
            return socket;
        }
    }

    static Socket CreateTcp(AddressFamily family) => new(family, SocketType.Stream, ProtocolType.Tcp);
}
