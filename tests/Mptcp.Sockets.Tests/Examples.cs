using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

#pragma warning disable CA1848, CA1873 // an example is as short as possible

namespace Mptcp.Sockets.Tests;

/// <summary>
/// The examples in the package's documentation comments, line for line, so that they compile. <see cref="DocumentsTests"/> compares.
/// </summary>
static class Examples
{
    internal static void System()
    {
        Console.WriteLine(MptcpCapabilities.Probe());
        MptcpCounters before = MptcpCounters.Read();
        // …
        Console.WriteLine((MptcpCounters.Read() - before).ConnectsFallenBack);
    }

    internal static void Http()
    {
        var http = new HttpClient(new SocketsHttpHandler().UseMptcp());
    }

    internal static void State(Socket socket, ILogger logger)
    {
        bool usesMptcp = socket.GetMptcpState() == MptcpState.Mptcp;
        foreach (MptcpSubflow subflow in socket.GetMptcpSubflows()) Console.WriteLine(subflow.RemoteEndPoint);
        logger.LogInformation("{Why}", socket.ExplainMptcp());
    }

    internal static async Task Connect()
    {
        using Socket socket = await MptcpSocket.ConnectAsync("example.org", 443);
    }

    internal static async Task Connector()
    {
        var connector = new MptcpConnector(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromSeconds(10) });
        using Socket socket = await connector.ConnectAsync("example.com", 443);
    }

    internal static async Task Listen()
    {
        using var listener = new MptcpTcpListener(IPAddress.Any, 8080);
        listener.Start();
        using TcpClient client = await listener.AcceptTcpClientAsync();
    }

    internal static void Create()
    {
        using Socket socket = MptcpSocket.Create();
    }

    internal static void CreateForIPv4()
    {
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Required);
    }

    internal static void CreateForKestrel(SocketTransportOptions kestrel)
    {
        kestrel.CreateBoundListenSocket = endPoint => MptcpSocket.CreateBoundListenSocket(endPoint);
    }

    internal static async Task ListenWithSocket()
    {
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 8080));
        using Socket client = await listener.AcceptAsync();
    }

    internal static void Upgrade()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        bool usesMptcp = MptcpSocket.TryUpgrade(socket);
    }

    internal static void ConnectBlocking()
    {
        using Socket socket = MptcpSocket.Connect(new IPEndPoint(IPAddress.Loopback, 8080));
    }

    internal static async Task ConnectToEndPoint(CancellationToken cancellationToken)
    {
        var options = new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromSeconds(10) };
        using Socket socket = await MptcpSocket.ConnectAsync(new DnsEndPoint("example.org", 443), options, cancellationToken);
    }

    internal static async Task ConnectByName()
    {
        using Socket socket = await MptcpSocket.ConnectAsync("example.org", 443, new MptcpConnectOptions { NoDelay = true });
    }

    internal static async Task ConnectClient()
    {
        using var client = new MptcpTcpClient();
        await client.ConnectAsync("example.org", 443);
        Console.WriteLine(client.State);
    }

    internal static void RequirePeer()
    {
        var options = new MptcpConnectOptions { RequireMptcpPeer = true };
    }

    internal static void ChoosePaths()
    {
        var options = new MptcpConnectOptions { PathInterfaces = ["wlan0", "wwan0"] };
    }

    internal static void Configure()
    {
        var options = new MptcpConnectOptions { ConfigureSocket = socket => socket.SendBufferSize = 1 << 20 };
    }

    internal static void Failures(MptcpConnectException exception)
    {
        foreach (MptcpConnectAttempt attempt in exception.Attempts) Console.WriteLine(attempt);
        foreach (MptcpBlackhole blackhole in MptcpBlackholes.GetAll()) Console.WriteLine(blackhole);
    }

    internal static void HttpByCallback()
    {
        var handler = new SocketsHttpHandler { ConnectCallback = MptcpHttp.ConnectAsync };
    }

    internal static void Info(Socket socket)
    {
        int extraSubflows = socket.GetMptcpInfo().ExtraSubflows;
        if (socket.TryGetMptcpInfo(out MptcpInfo info)) Console.WriteLine($"{info.Token:x8}");
        var subflows = new MptcpSubflow[8];
        int count = socket.GetMptcpSubflows(subflows);
    }

    internal static void Activation()
    {
        foreach ((string name, Socket socket) in MptcpSocketActivation.TakeListenSockets()) Console.WriteLine($"{name}: {socket.LocalEndPoint}");
    }

    internal static async Task Telemetry(Socket listener, Socket socket)
    {
        Socket client = await listener.AcceptAsync();
        MptcpTelemetry.RecordAccepted(client);
        using IDisposable observation = MptcpTelemetry.Observe(socket, new KeyValuePair<string, object?>("peer", "backend"));
    }
}
