using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Witness;

/// <summary>A server that was started with listening sockets.</summary>
static class Activation
{
    /// <summary>
    /// Prints the passed sockets, twice, and the remaining variables. Then echoes one connection from each, accepted in several ways.
    /// </summary>
    internal static async Task<int> TakeAsync(string? name, bool unsetEnvironment)
    {
        try
        {
            using ILoggerFactory logs = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
            IReadOnlyList<MptcpActivatedSocket> sockets = MptcpSocketActivation.TakeListenSockets(name, unsetEnvironment, logs);
            logs.Dispose(); // writes the pending entries
            foreach ((string called, Socket socket) in sockets)
                Console.WriteLine($"{called}: {socket.ProtocolType} {socket.GetMptcpState()} bound {socket.IsBound} at {socket.LocalEndPoint} blocking {socket.Blocking} {Flags(socket)}");

            Console.WriteLine($"again: {MptcpSocketActivation.TakeListenSockets(name, false).Count}, of any name: {CountOfAnyName()}");
            Console.WriteLine($"variables: {Environment.GetEnvironmentVariable("LISTEN_FDS")}");
            Console.WriteLine("ready");
            foreach ((_, Socket socket) in sockets)
                await ServeAsync(socket);

            return 0;
        }
        catch (InvalidOperationException e)
        {
            Console.WriteLine($"refused: {e.Message}");
            Console.WriteLine($"open: {string.Join(' ', Enumerable.Range(3, 2).Where(fd => File.ResolveLinkTarget($"/proc/self/fd/{fd}", false) is not null))}");
            return 1;
        }
    }

    /// <summary>Takes sockets on a runtime that does not allow the graft.</summary>
    internal static async Task<int> WrappedAsync()
    {
        Graft.ForceWrapping = true;
        using Socket socket = MptcpSocketActivation.TakeListenSockets().Single().Socket;
        try
        {
            MptcpTcpListener.FromListenSocket(socket);
        }
        catch (PlatformNotSupportedException e)
        {
            Console.WriteLine(e.Message);
        }

        Console.WriteLine($"{socket.ProtocolType} {socket.GetMptcpState()} {Flags(socket)}");
        await EchoAsync(socket.Accept());
        await EchoAsync(await socket.AcceptAsync());
        return 0;
    }

    /// <summary>Activation by Kestrel.</summary>
    internal static async Task<int> KestrelAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.UseSystemd());
        await using WebApplication server = builder.Build();
        server.MapGet("/", (HttpContext context) => context.Features.Get<IConnectionSocketFeature>()!.Socket.GetMptcpState().ToString());
        await server.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    /// <summary>Turns a socket into a listener, whose members are all used through a variable of the base type.</summary>
    internal static async Task<int> ListenerAsync()
    {
        Socket socket = MptcpSocketActivation.TakeListenSockets().Single().Socket;
        EndPoint bound = socket.LocalEndPoint!;
        MptcpTcpListener made = MptcpTcpListener.FromListenSocket(socket);
        TcpListener listener = made;
        Console.WriteLine($"{made.Mode} {listener.LocalEndpoint.Equals(bound)} {listener.Server.GetMptcpState()} {listener.Pending()}");
        listener.Start(); // does nothing
        Console.WriteLine("ready");

        await EchoAsync(listener.AcceptSocket());
        await EchoAsync(listener.AcceptTcpClient().Client);
        await EchoAsync(await listener.AcceptSocketAsync());
        await EchoAsync((await listener.AcceptTcpClientAsync(CancellationToken.None)).Client);
        await EchoAsync(await Task.Factory.FromAsync(listener.BeginAcceptSocket, listener.EndAcceptSocket, null));

        listener.Stop();
        made.Start(); // the launcher has kept no descriptor
        Console.WriteLine($"{listener.LocalEndpoint.Equals(bound)} {listener.Server.GetMptcpState()}");
        await EchoAsync(listener.AcceptSocket());
        listener.Stop();
        return 0;
    }

    static async Task ServeAsync(Socket listener)
    {
        using (listener)
        {
            await EchoAsync(listener.Accept());
            await EchoAsync(await listener.AcceptAsync());
            using var prepared = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await EchoAsync(await listener.AcceptAsync(prepared));
        }
    }

    static async Task EchoAsync(Socket server)
    {
        using (server)
        {
            byte[] buffer = new byte[100];
            int count = await server.ReceiveAsync(buffer);
            await server.SendAsync(buffer.AsMemory(0, count));
            Console.WriteLine($"served {server.ProtocolType} {server.GetMptcpState()}");
        }
    }

    /// <summary>Counts what the rest of the program would find.</summary>
    static string CountOfAnyName()
    {
        try
        {
            return $"{MptcpSocketActivation.TakeListenSockets().Count}";
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    /// <summary>Returns whether child processes inherit the socket.</summary>
    static string Flags(Socket socket)
    {
        string flags = File.ReadLines($"/proc/self/fdinfo/{socket.SafeHandle.DangerousGetHandle()}").First(line => line.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags[6..].Trim(), 8) & 0x80000) != 0 ? "close-on-exec" : "inherited";
    }
}
