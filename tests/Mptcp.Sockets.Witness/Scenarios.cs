using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Witness;

static class Scenarios
{
    /// <summary>Prints the outcome of creating a socket, twice, because some refusals are kept.</summary>
    internal static int Create(MptcpMode mode)
    {
        for (int i = 0; i < 2; i++)
        {
            try
            {
                using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, mode);
                Console.WriteLine(socket.GetMptcpState());
            }
            catch (MptcpNotSupportedException e)
            {
                Console.WriteLine($"{nameof(MptcpNotSupportedException)} {e.Reason} {e.Message}");
            }
            catch (SocketException e)
            {
                Console.WriteLine($"{e.GetType().Name} {e.SocketErrorCode}");
            }
        }

        Console.WriteLine($"supported: {MptcpSocket.IsSupported}");
        return 0;
    }

    /// <summary>
    /// Reads a connection with this many subflows, several times, between two checks for a file, which strace shows as marks.
    /// </summary>
    internal static int Ask(string what, int times, int subflowCount, string mark)
    {
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using Socket client = MptcpSocket.Connect(listener.LocalEndPoint!);
        using Socket server = listener.Accept();
        client.Send("x"u8); // no subflow joins before data was acknowledged
        if (!SpinWait.SpinUntil(() => server.GetMptcpSubflows().Length == subflowCount && client.GetMptcpSubflows().Length == subflowCount, TimeSpan.FromSeconds(30)))
            throw new TimeoutException($"There are {client.GetMptcpSubflows().Length} subflows.");

        var subflows = new MptcpSubflow[subflowCount];
        AskOnce(); // one-time work is not counted
        File.Exists(mark);
        for (int i = 0; i < times; i++)
            AskOnce();

        File.Exists(mark);
        return 0;

        void AskOnce() => _ = what switch
        {
            "state" => (int)client.GetMptcpState(),
            "info" => client.GetMptcpInfo().ExtraSubflows,
            "subflows" => client.GetMptcpSubflows(subflows),
            _ => SubflowReader.TryRead(server, Enum.Parse<SubflowSource>(what), subflows, out int count) ? count : throw new NotSupportedException(),
        };
    }

    /// <summary>Connects by name to an echo server, in one of the possible ways, and prints the protocol.</summary>
    internal static async Task<int> ConnectAsync(string how, string host, int port)
    {
        using Socket socket = await OpenAsync(how, host, port);
        byte[] bytes = new byte[5];
        socket.Send("hello"u8);
        int count = socket.Receive(bytes);
        Console.WriteLine($"{socket.RemoteEndPoint} {socket.GetMptcpState()} {System.Text.Encoding.ASCII.GetString(bytes, 0, count)}");
        return 0;
    }

    /// <summary>Connects as above, and prints the reason and the local address, too.</summary>
    internal static async Task<int> ConnectExplainedAsync(string how, string host, int port)
    {
        using Socket socket = await OpenAsync(how, host, port);
        MptcpReason reason = socket.ExplainMptcp().Reason;
        byte[] bytes = new byte[5];
        socket.Send("hello"u8);
        int count = socket.Receive(bytes);
        IPAddress local = ((IPEndPoint)socket.LocalEndPoint!).Address;
        Console.WriteLine($"{socket.GetMptcpState()} {reason} {(local.IsIPv4MappedToIPv6 ? local.MapToIPv4() : local)} {System.Text.Encoding.ASCII.GetString(bytes, 0, count)}");
        return 0;
    }

    /// <summary>Learns of a path that drops MPTCP, and waits until the entry is removed.</summary>
    internal static int ForgetBlackholes()
    {
        var target = new IPEndPoint(IPAddress.Parse("203.0.113.1"), 443);
        BlackholeMemory.Shared.TrySuspect(target, LocalPath.Default, TimeSpan.FromHours(1));
        BlackholeMemory.Shared.TryConfirm(target, LocalPath.Default);
        if (MptcpBlackholes.GetAll().Count != 1 || !SpinWait.SpinUntil(() => MptcpBlackholes.GetAll().Count == 0, TimeSpan.FromMinutes(1)))
            throw new TimeoutException("It is remembered.");

        Console.WriteLine("forgotten");
        return 0;
    }

    /// <summary>Uses HttpClient's way to connect. The connection is taken from it before it can send a request.</summary>
    static async Task<Socket> ConnectAsHttpClientDoesAsync(string host, int port)
    {
        Socket? connected = null;
        using var handler = new SocketsHttpHandler();
        handler.UseMptcp();
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = handler.ConnectCallback!;
        using var outer = new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var stream = (NetworkStream)await connect(context, cancellationToken);
                connected = stream.Socket;
                throw new OperationCanceledException("The socket is all that is wanted.");
            },
        };
        using var client = new HttpClient(outer);
        try
        {
            await client.GetAsync(new Uri($"http://{host}:{port}/"));
        }
        catch (Exception e) when (connected is not null && e is HttpRequestException or OperationCanceledException)
        {
            // The request was needed only for its connection.
        }

        return connected!;
    }

    static async Task<Socket> OpenAsync(string how, string host, int port)
    {
        switch (how)
        {
            case "socket":
                return MptcpSocket.Connect(host, port);
            case "socket-async":
                return await MptcpSocket.ConnectAsync(host, port);
            case "client":
                return new MptcpTcpClient(host, port).Client;
            case "client-async":
                var client = new MptcpTcpClient();
                await client.ConnectAsync(host, port);
                return client.Client;
            case "base":
                TcpClient blocking = new MptcpTcpClient();
                blocking.Connect(host, port);
                return blocking.Client;
            case "base-async":
                TcpClient asynchronous = new MptcpTcpClient();
                await asynchronous.ConnectAsync(host, port);
                return asynchronous.Client;
            case "http":
                return await ConnectAsHttpClientDoesAsync(host, port);
            default:
                throw new ArgumentException($"There is no way '{how}'.");
        }
    }
}
