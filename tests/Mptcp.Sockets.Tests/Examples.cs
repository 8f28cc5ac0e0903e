using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

#pragma warning disable CA1848, CA1873 // an example is as short as possible

namespace Mptcp.Sockets.Tests;

/// <summary>The examples in the package's documentation comments, line for line, so that they compile. <see cref="DocumentsTests"/> compares.</summary>
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
}
