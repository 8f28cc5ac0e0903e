using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Meters and traces belong to the whole process, so no other test runs at the same time.</summary>
[Collection(Alone.Name)]
public class TelemetryCostTests
{
    const string KillSwitch = "Mptcp.Sockets.Disabled";

    [Fact(Timeout = Limit.OfATest)]
    public async Task Telemetry_allocates_nothing_while_nobody_listens()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        Func<Socket> bare = () => RunBare(new OptionsRequest([listener.EndPoint()], MptcpConnectOptions.Default));
        Func<Socket> told = () => new OptionsRequest([listener.EndPoint()], MptcpConnectOptions.Default).Connect();

        await ShouldComeToAllocateTheSameAsync(listener, told, bare);
        using (new CollectedTelemetry())
            LeastAllocated(listener, told).Should().BeGreaterThan(LeastAllocated(listener, bare), "it tells");
        await ShouldComeToAllocateTheSameAsync(listener, told, bare);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connect_without_MPTCP_allocates_nothing_more()
    {
        using Socket listener = Peers.ListenTcp();
        var disabled = new MptcpConnectOptions { Mode = MptcpMode.Disabled };
        AppContext.SetSwitch(KillSwitch, true);
        try
        {
            await ShouldComeToAllocateTheSameAsync(
                listener, () => MptcpSocket.Connect(listener.EndPoint()), () => MptcpSocket.Connect(listener.EndPoint(), disabled));
        }
        finally
        {
            AppContext.SetSwitch(KillSwitch, false);
        }
    }

    static Socket RunBare(OptionsRequest request)
    {
        var schedule = new ConnectSchedule();
        schedule.Begin(request);
        return BlockingConnect.Run(request, schedule);
    }

    /// <summary>Waits until both are fully compiled: before, one or the other allocates more.</summary>
    static Task ShouldComeToAllocateTheSameAsync(Socket listener, Func<Socket> one, Func<Socket> other)
    {
        long leastOfOne = long.MaxValue, leastOfOther = long.MaxValue;
        return Eventually.TrueAsync(
            () =>
            {
                leastOfOne = Math.Min(leastOfOne, LeastAllocated(listener, one));
                leastOfOther = Math.Min(leastOfOther, LeastAllocated(listener, other));
                return leastOfOne == leastOfOther;
            },
            "both connects allocate the same");
    }

    /// <summary>Returns the least of many measurements on the calling thread, because one-time work allocates, too.</summary>
    static long LeastAllocated(Socket listener, Func<Socket> connect)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 100; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Socket socket = connect();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            socket.Dispose();
            listener.Accept().Dispose();
        }

        return least;
    }
}
