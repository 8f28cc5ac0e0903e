using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// The C# of README.md and of the pages in docs/, line for line, so that it compiles. <see cref="DocumentsTests"/> compares.
/// </summary>
static class DocumentSnippets
{
    internal static void OneLine(WebApplicationBuilder builder)
    {
        var http = new HttpClient(new SocketsHttpHandler().UseMptcp());                 // HttpClient: http, https, HTTP/2, proxies, web sockets

        var listener = new MptcpTcpListener(IPAddress.Any, 8080);                       // instead of a TcpListener

        var client = new MptcpTcpClient("localhost", 8080);                             // instead of a TcpClient

        builder.WebHost.UseMptcp();                                                     // Kestrel
    }

    internal static void Connectors(IServiceCollection services)
    {
        services.AddSingleton(new MptcpConnector(new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromSeconds(10), NoDelay = true }));
        services.AddKeyedSingleton("lte", new MptcpConnector(new MptcpConnectOptions { PathInterfaces = ["wwan0"] }));
    }

    internal static async Task Options()
    {
        using Socket socket = await MptcpSocket.ConnectAsync("localhost", 8080, new MptcpConnectOptions
        {
            Mode = MptcpMode.Preferred,                          // or Required, or Disabled
            RequireMptcpPeer = false,                            // true: MptcpFallbackException if the peer has no MPTCP
            ConnectionAttemptDelay = TimeSpan.FromMilliseconds(250),
            TcpFallbackDelay = TimeSpan.FromMilliseconds(250),
            ConnectTimeout = TimeSpan.FromSeconds(10),           // including name resolution
            NoDelay = true,
            ConfigureSocket = s => s.SendBufferSize = 1 << 20,   // on each attempt's socket, before it connects
        });

        Console.WriteLine(socket.GetMptcpState());
        Console.WriteLine(MptcpCapabilities.Probe());            // a report for people
    }

    internal static void WhyNot(Socket socket)
    {
        MptcpExplanation why = socket.ExplainMptcp();
        Console.WriteLine($"{why.Reason}: {why.Text}");
    }

    internal static async Task Inside(Socket socket)
    {
        if (socket.TryGetMptcpInfo(out MptcpInfo info))          // false on TCP and after a fallback; GetMptcpInfo throws instead
            Console.WriteLine($"{info.Token:x8}: {info.BytesSent} bytes sent, {info.BytesRetransmitted} bytes retransmitted");

        foreach (MptcpSubflow subflow in socket.GetMptcpSubflows())
            Console.WriteLine($"{subflow.LocalEndPoint} - {subflow.RemoteEndPoint} {subflow.State} {subflow.SmoothedRtt} {subflow.BytesSent}");

        Span<MptcpSubflow> some = stackalloc MptcpSubflow[8];
        int count = socket.GetMptcpSubflows(some);               // does not allocate; writes 8 at most

        MptcpCounters before = MptcpCounters.Read();
        using Socket another = await MptcpSocket.ConnectAsync("localhost", 8080);
        Console.WriteLine((MptcpCounters.Read() - before).ConnectsFallenBack);
    }
}
