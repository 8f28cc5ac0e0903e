using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Connections.Features;
using Mptcp.Sockets;

namespace QuickStart;

/// <summary>Runs a server and a client on this machine, and prints what each end of their connections uses.</summary>
static class Demonstration
{
    internal static async Task RunAsync(bool requireMptcp, CancellationToken cancellationToken)
    {
        MptcpMode mode = requireMptcp ? MptcpMode.Required : MptcpMode.Preferred;
        FileInfo file = LargestFileOfRuntime();
        Socket? serverSocket = null;

        await using WebApplication server = CreateServer(mode);
        server.MapGet("/", (HttpContext context) =>
        {
            serverSocket = context.Features.Get<IConnectionSocketFeature>()!.Socket;
            return Results.File(file.FullName);
        });
        await server.StartAsync(cancellationToken);

        foreach (string url in server.Urls)
        {
            var clientSockets = new ConcurrentQueue<Socket>();
            var options = new MptcpConnectOptions { Mode = mode, ConfigureSocket = clientSockets.Enqueue };
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseMptcp(options));

            await using Stream download = await client.GetStreamAsync(url, cancellationToken);
            await CheckAsync(download, file, cancellationToken);

            Console.WriteLine($"Downloaded {file.Name} ({file.Length / 1e6:F1} MB) over {new Uri(url).Host}: hash matches");
            Console.WriteLine($"  client   {Describe(mode, clientSockets.Last(socket => socket.Connected))}");
            Console.WriteLine($"  server   {Describe(mode, serverSocket!)}");
            Console.WriteLine();
        }

        if (!HasIPv6Loopback)
            Console.WriteLine($"This system has no IPv6 loopback address, so only IPv4 was tried.{Environment.NewLine}");

        Console.WriteLine(MptcpCapabilities.Probe());
    }

    static WebApplication CreateServer(MptcpMode mode)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseMptcp(options => options.Mode = mode);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port: 0);
            if (HasIPv6Loopback)
                kestrel.Listen(IPAddress.IPv6Loopback, port: 0);
        });
        return builder.Build();
    }

    static async Task CheckAsync(Stream download, FileInfo original, CancellationToken cancellationToken)
    {
        await using FileStream file = original.OpenRead();
        byte[] expected = await SHA256.HashDataAsync(file, cancellationToken);
        byte[] actual = await SHA256.HashDataAsync(download, cancellationToken);
        if (!actual.SequenceEqual(expected))
            throw new InvalidDataException($"The downloaded file differs from {original.Name}: the hashes are not equal.");
    }

    /// <summary>Describes three facts that may differ: the requested mode, the protocol of the socket, and the state of the connection.</summary>
    static string Describe(MptcpMode mode, Socket socket) =>
        $"mode {mode}   socket {ProtocolOf(socket),-5}   state {socket.GetMptcpState()}";

    static string ProtocolOf(Socket socket)
    {
        const int solSocket = 1, soProtocol = 38, ipprotoMptcp = 262; // Linux: <sys/socket.h>, <netinet/in.h>

        // Not socket.ProtocolType: .NET treats every socket of this library as a TCP socket.
        int protocol = 0;
        if (OperatingSystem.IsLinux())
            socket.GetRawSocketOption(solSocket, soProtocol, MemoryMarshal.AsBytes(new Span<int>(ref protocol)));

        return protocol == ipprotoMptcp ? "MPTCP" : "TCP";
    }

    /// <summary>Returns a file of about 10 MB that every machine with .NET has, usually System.Private.CoreLib.dll.</summary>
    static FileInfo LargestFileOfRuntime() =>
        new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory()).EnumerateFiles().MaxBy(file => file.Length)!;

    static bool HasIPv6Loopback => NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(network => network.GetIPProperties().UnicastAddresses)
        .Any(unicast => unicast.Address.Equals(IPAddress.IPv6Loopback));
}
