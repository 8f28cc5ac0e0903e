using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Testing;

namespace Reliability.Roles;

/// <summary>One connection to the echo server, from its connect to its end.</summary>
sealed class Conversation(LoadPlan plan, MptcpConnector connector, MptcpConnector strict, Random random)
{
    /// <summary>How long nothing may happen. The settings of <see cref="Conductor.Hosts"/> make the kernel give up long before that.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    /// <summary>Three times as long as <see cref="Conductor.Hosts"/> tell the kernel to keep a connection without a path.</summary>
    const int LooksWithoutPath = 6;
    static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(5);

    static readonly string s_name = "server.test"; // the connectors' resolver knows it

    readonly Way _way = plan.Ways[random.Next(plan.Ways.Length)];
    readonly int _exchanges = random.Next(1, plan.Exchanges + 1);
    readonly DateTimeOffset _began = DateTimeOffset.UtcNow;

    internal async Task<Outcome> RunAsync(CancellationToken ending)
    {
        bool isConnected = false;
        try
        {
            using Socket socket = await ConnectAsync().WaitAsync(s_patience, CancellationToken.None);
            isConnected = true;
            Task<Outcome.End> conversing = ConverseAsync(socket, ending);
            return End(await Task.WhenAny(conversing, WaitForNoPathAsync(socket, conversing)).Unwrap());
        }
        catch (SocketException e)
        {
            return End(isConnected ? Outcome.End.Broken : Outcome.End.NotConnected, $"{e.GetType().Name} {e.SocketErrorCode}");
        }
        catch (TimeoutException)
        {
            return End(Outcome.End.Hung, isConnected ? "connected" : "connecting");
        }
        catch (Exception e) // any other one is a finding, and the conductor prints it
        {
            return End(Outcome.End.Unexpected, e.ToString().ReplaceLineEndings(" "));
        }
    }

    async Task<Outcome.End> ConverseAsync(Socket socket, CancellationToken ending)
    {
        using IDisposable? observation = _way == Way.Gateway ? null : MptcpTelemetry.Observe(socket, new KeyValuePair<string, object?>("peer", s_name));
        for (int i = 0; i < _exchanges && !ending.IsCancellationRequested; i++)
        {
            Outcome.End end = await ExchangeAsync(socket).WaitAsync(s_patience, CancellationToken.None);
            if (end != Outcome.End.Complete)
                return end;

            if (_way != Way.Gateway)
                Ask(socket);

            await Pause.ForAsync(random.Next(plan.Pause + 1), ending);
        }

        socket.Shutdown(SocketShutdown.Send);
        int rest = await socket.ReceiveAsync(new byte[1]).WaitAsync(s_patience, CancellationToken.None);
        return rest == 0 ? Outcome.End.Complete : Outcome.End.Corrupt;
    }

    /// <summary>Completes if the connection has no path for longer than the kernel should keep it (<c>net.mptcp.close_timeout</c>), and at its end.</summary>
    async Task<Outcome.End> WaitForNoPathAsync(Socket socket, Task<Outcome.End> conversing)
    {
        for (int looks = 0; looks < LooksWithoutPath; looks = HasNoPath() ? looks + 1 : 0)
        {
            await ((Task)conversing).WaitAsync(s_betweenLooks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (conversing.IsCompleted)
                return await conversing;
        }

        return Outcome.End.NoPath;

        bool HasNoPath() => _way != Way.Gateway && socket.ExplainMptcp().Reason == MptcpReason.NoPath;
    }

    async Task<Outcome.End> ExchangeAsync(Socket socket)
    {
        var stream = new TraceableStream((ulong)random.NextInt64());
        byte[] sent = stream.Read(0, random.Next(1, plan.MessageSize + 1)), received = new byte[sent.Length];
        Task sending = SendAsync(socket, sent);
        try
        {
            for (int count = 0; count < received.Length;)
            {
                int next = await socket.ReceiveAsync(received.AsMemory(count));
                if (next == 0)
                {
                    // The kernel reports a reset to one call only. If it was that of the sender, this one sees the end of the stream.
                    await sending.WaitAsync(s_betweenLooks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    if (sending.IsFaulted)
                        await sending;

                    return Outcome.End.Cut;
                }

                count += next;
            }

            return Compare(stream, sent, received);
        }
        finally
        {
            if (!sending.IsCompletedSuccessfully)
                _ = sending.ContinueWith(failed => _ = failed.Exception, TaskScheduler.Default); // the receiver has its own error
        }
    }

    static Outcome.End Compare(TraceableStream stream, byte[] sent, byte[] received)
    {
        int right = received.AsSpan().CommonPrefixLength(sent);
        if (right == sent.Length)
            return Outcome.End.Complete;

        var wrong = new WrongBytes(stream, right);
        wrong.Add(received.AsSpan(right));
        return wrong.IsOneMisplacedPacket(sent.Length) ? Outcome.End.Misplaced : Outcome.End.Corrupt;
    }

    static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    /// <summary>Asks what a program asks about its connection. A connection of any kind, in any state, has an answer.</summary>
    static void Ask(Socket socket)
    {
        socket.GetMptcpState();
        socket.ExplainMptcp();
        if (socket.TryGetMptcpInfo(out _))
            socket.GetMptcpSubflows();
    }

    async Task<Socket> ConnectAsync()
    {
        switch (_way)
        {
            case Way.Name:
                return await connector.ConnectAsync(s_name, LoadPlan.EchoPort);
            case Way.Required:
                return await strict.ConnectAsync(s_name, LoadPlan.EchoPort);
            case Way.Client:
                using (var client = new MptcpTcpClient())
                {
                    KeepAlive(client.Client);
                    await client.ConnectAsync([.. plan.Addresses.Select(IPAddress.Parse)], LoadPlan.EchoPort);
                    Socket connected = client.Client;
                    client.Client = null!; // so that it is not disposed of
                    return connected;
                }

            default:
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    KeepAlive(socket);
                    await socket.ConnectAsync(IPAddress.Loopback, plan.GatewayPort);
                    return socket;
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
        }
    }

    internal static void KeepAlive(Socket socket) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

    Outcome End(Outcome.End end, string detail = "") => new(end, _way, _began, DateTimeOffset.UtcNow, detail);
}
