using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests.Scenarios;

/// <summary>Thousands of concurrent connects, each with its own sockets and timer.</summary>
[Collection(Alone.Name)]
public class ManyConnectsTests
{
    const int Connects = 10_000;

    const int AttemptsOfALateConnect = 3;

    /// <summary>In turns: a process may have 20,000 descriptors.</summary>
    const int AtATime = 2_000;

    [Fact(Timeout = 4 * Limit.OfATest)]
    public async Task Connects_to_a_dead_host_delay_no_other_and_leave_nothing_behind()
    {
        Needs.Mptcp();
        using Peers.Unanswering dead = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Backlog = 4096 });
        int descriptors = Descriptors.CountSockets();
        for (int round = 0; round < Connects / AtATime; round++)
        {
            using var cancellation = new CancellationTokenSource();
            int attempts = 0;
            var options = new MptcpConnectOptions { ConfigureSocket = _ => Interlocked.Increment(ref attempts) };
            Task[] hanging = [.. Enumerable.Range(0, AtATime).Select(_ => MptcpSocket.ConnectAsync(dead.EndPoint, options, cancellation.Token).AsTask())];

            await Eventually.TrueAsync(() => Volatile.Read(ref attempts) >= AttemptsOfALateConnect * AtATime, "all are late");
            for (int i = 0; i < 100; i++)
            {
                using Socket client = await MptcpSocket.ConnectAsync(listener.EndPoint(), cancellationToken: TestContext.Current.CancellationToken).AsTask().WaitAsync(Limit.OfAWait);
                using Socket server = await listener.AcceptAsync();
                client.GetMptcpState().Should().Be(MptcpState.Mptcp);
            }

            hanging.Should().OnlyContain(connect => !connect.IsCompleted);
            await cancellation.CancelAsync();
            foreach (Task connect in hanging)
                await FluentActions.Awaiting(() => connect).Should().ThrowAsync<OperationCanceledException>();
        }

        await Eventually.TrueAsync(() => Descriptors.CountSockets() <= descriptors, "every attempt is closed");
    }

    [Fact(Timeout = 4 * Limit.OfATest)]
    public async Task Connects_to_a_live_host_all_use_MPTCP()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Backlog = 4096 });
        Task accepting = AcceptAsync(listener);
        int mptcp = 0;

        await Parallel.ForAsync(0, Connects, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, token) =>
        {
            using Socket client = await MptcpSocket.ConnectAsync(listener.EndPoint(), cancellationToken: token);
            if (client.GetMptcpState() == MptcpState.Mptcp)
                Interlocked.Increment(ref mptcp);
        });

        await accepting;
        mptcp.Should().Be(Connects);
    }

    static async Task AcceptAsync(Socket listener)
    {
        for (int i = 0; i < Connects; i++)
            (await listener.AcceptAsync()).Dispose();
    }
}
