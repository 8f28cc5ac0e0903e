using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Threads use one object, or change the system, at the worst moments. Nothing hangs, and each call ends with its result or a documented exception.</summary>
[Collection(Alone.Name)]
public class ConcurrencyTests
{
    const int Rounds = 150, Threads = 4;

    static readonly byte[] s_much = new byte[64 * 1024 * 1024]; // more than the buffers hold

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public Task Disposing_a_client_at_any_moment_of_a_connect_ends_it(bool isAsync) => LeavesNoSocketAsync(async () =>
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        for (int round = 0; round < Rounds; round++)
        {
            var client = new MptcpTcpClient(AddressFamily.InterNetwork);
            Task connecting = Task.Run(() => isAsync ? client.ConnectAsync(listener.EndPoint()) : RunAsync(() => client.Connect(listener.EndPoint())));
            Thread.SpinWait(round * 100); // so that each round disposes at another moment
            client.Dispose();

            await ExpectAsync(connecting, e => e is SocketException or ObjectDisposedException);
            client.Client?.SafeHandle.IsClosed.Should().BeTrue();
        }
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task A_socket_that_is_closed_while_threads_read_its_state_reports_its_own_or_ObjectDisposedException() => LeavesNoSocketAsync(async () =>
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var over = new CancellationTokenSource();

        // Takes the descriptor of each closed socket at once. A read through a stale descriptor would find a TCP socket without a connection.
        Task taker = Task.Run(() =>
        {
            while (!over.IsCancellationRequested)
                new Socket(SocketType.Stream, ProtocolType.Tcp).Dispose();
        });
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                Socket client = MptcpSocket.Connect(listener.EndPoint());
                using Socket server = await listener.AcceptAsync();
                uint token = client.GetMptcpInfo().Token;
                Task[] readers = [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(() => ReadUntilClosed(client, token)))];
                Thread.SpinWait(round * 100);
                client.Dispose();
                await Task.WhenAll(readers).WaitAsync(Limit.OfAWait);
            }
        }
        finally
        {
            await over.CancelAsync();
            await taker;
        }
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public Task Stopping_a_listener_ends_the_accepts_of_all_threads_and_it_starts_again_with_MPTCP(bool isAsync) => LeavesNoSocketAsync(async () =>
    {
        Needs.Mptcp();
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        for (int round = 0; round < Rounds; round++)
        {
            listener.Start();
            var endPoint = (IPEndPoint)listener.LocalEndpoint;
            listener.Server.GetMptcpState().Should().Be(MptcpState.Mptcp);
            Task[] accepting = [.. Enumerable.Range(0, Threads).Select(_ => isAsync ? AcceptAsync() : Blocking.RunAsync(() => listener.AcceptTcpClient().Dispose()))];
            Task connecting = Task.Run(() => MptcpSocket.Connect(endPoint).Dispose());
            Thread.SpinWait(round * 100);
            listener.Stop();

            foreach (Task accept in accepting)
                await ExpectAsync(accept, e => e is SocketException or ObjectDisposedException or InvalidOperationException or NullReferenceException); // the last as in TcpListener

            await ExpectAsync(connecting, e => e is SocketException);
        }

        async Task AcceptAsync() => (await listener.AcceptTcpClientAsync()).Dispose();
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task Closing_a_connection_ends_its_pending_read_and_write() => LeavesNoSocketAsync(async () =>
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        for (int round = 0; round < Rounds; round++)
        {
            using var client = new MptcpTcpClient(AddressFamily.InterNetwork);
            client.Connect(listener.EndPoint());
            using Socket server = await listener.AcceptAsync();
            NetworkStream stream = client.GetStream();
            Task reading = stream.ReadAsync(new byte[1]).AsTask(), writing = stream.WriteAsync(s_much).AsTask();
            Thread.SpinWait(round * 100);
            client.Dispose();

            await ExpectAsync(reading, e => e is IOException or ObjectDisposedException);
            (await ExpectAsync(writing, e => e is IOException or ObjectDisposedException)).Should().BeFalse("nobody reads");
        }
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task Turning_the_kill_switch_on_and_off_breaks_no_connect() => LeavesNoSocketAsync(async () =>
    {
        const string name = "Mptcp.Sockets.Disabled";
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        try
        {
            MptcpState[] states = await WhileAsync(
                i => AppContext.SetSwitch(name, i % 2 == 0),
                () => ConnectAndEchoAsync(listener));

            states.Should().OnlyContain(state => state == MptcpState.Mptcp || state == MptcpState.Tcp);
        }
        finally
        {
            AppContext.SetSwitch(name, false);
        }

        (await ConnectAndEchoAsync(listener)).Should().Be(MptcpState.Mptcp);
    });

    [Fact(Timeout = Limit.OfATest)]
    public async Task Turning_MPTCP_off_and_on_in_the_kernel_breaks_no_connect()
    {
        using var one = new OneHost();
        using Socket listener = one.Host.Run(() => MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork)));

        MptcpState[] states = await WhileAsync(
            i => one.Host.SetSysctl("net.mptcp.enabled", i % 2 == 0 ? "0" : "1"),
            () => one.Host.Run(() => ConnectAndEchoAsync(listener, MptcpSocket.Connect(listener.EndPoint()))));

        states.Should().OnlyContain(state => state == MptcpState.Mptcp || state == MptcpState.Tcp || state == MptcpState.FellBack);
        one.Host.SetSysctl("net.mptcp.enabled", "1");
        (await one.Host.Run(() => ConnectAndEchoAsync(listener, MptcpSocket.Connect(listener.EndPoint())))).Should().Be(MptcpState.Mptcp);
    }

    /// <summary>Calls <paramref name="call"/> a number of times while a thread changes something all the time.</summary>
    static async Task<MptcpState[]> WhileAsync(Action<int> change, Func<Task<MptcpState>> call)
    {
        using var over = new CancellationTokenSource();
        Task changing = Task.Run(() =>
        {
            for (int i = 0; !over.IsCancellationRequested; i++)
                change(i);
        });
        try
        {
            MptcpState[] states = new MptcpState[Rounds];
            for (int round = 0; round < Rounds; round++)
                states[round] = await call();

            return states;
        }
        finally
        {
            await over.CancelAsync();
            await changing;
        }
    }

    static Task<MptcpState> ConnectAndEchoAsync(Socket listener) => ConnectAndEchoAsync(listener, MptcpSocket.Connect(listener.EndPoint()));

    static async Task<MptcpState> ConnectAndEchoAsync(Socket listener, Socket connected)
    {
        using Socket client = connected;
        using Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        byte[] bytes = Peers.RandomBytes(1000);
        await client.SendAllAsync(bytes);
        (await server.ReceiveExactlyAsync(bytes.Length)).Should().Equal(bytes);
        return client.GetMptcpState();
    }

    static void ReadUntilClosed(Socket socket, uint token)
    {
        try
        {
            while (true)
            {
                socket.GetMptcpInfo().Token.Should().BeOneOf(token, 0u); // 0: to end the calls of other threads, .NET disconnects a socket before it closes it
                socket.GetMptcpState().Should().NotBe(MptcpState.Tcp);
                socket.GetMptcpSubflows().Should().HaveCountLessThanOrEqualTo(1);
            }
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Waits, with a timeout, for a task that ends well or with an expected exception. Returns whether it ended well.</summary>
    static async Task<bool> ExpectAsync(Task task, Func<Exception, bool> isExpected)
    {
        try
        {
            await task.WaitAsync(Limit.OfAWait);
            return true;
        }
        catch (Exception e) when (isExpected(e))
        {
            return false;
        }
    }

    static async Task LeavesNoSocketAsync(Func<Task> body)
    {
        int before = Descriptors.CountSockets();
        await body();
        (await Descriptors.CountSocketsOnceSettledAsync(before)).Should().BeLessThanOrEqualTo(before);
    }

    static Task RunAsync(Action call)
    {
        call();
        return Task.CompletedTask;
    }
}
