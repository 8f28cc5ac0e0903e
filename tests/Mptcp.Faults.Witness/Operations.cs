using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway;
using Mptcp.Netlink;
using Mptcp.Sockets;

namespace Mptcp.Faults.Witness;

/// <summary>The operations of the library, each with a check of its result.</summary>
sealed class Operations(IPEndPoint echo)
{
    static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);
    static readonly IPAddress s_endpoint = IPAddress.Parse("127.0.0.9");

    internal Operation[] All =>
    [
        Operation.Of("create", () => Create(AddressFamily.InterNetwork, MptcpMode.Preferred)),
        Operation.Of("create, IPv6", () => Create(AddressFamily.InterNetworkV6, MptcpMode.Preferred)),
        Operation.Of("create, required", () => Create(AddressFamily.InterNetwork, MptcpMode.Required)),
        Operation.Of("connect", () => Use(MptcpSocket.Connect(echo))),
        Operation.Of("connect, asynchronously", async () => Use(await MptcpSocket.ConnectAsync(echo))),
        Operation.Of("connect by name", () => Use(MptcpSocket.Connect("localhost", echo.Port))),
        Operation.Of("connect by name, asynchronously", async () => Use(await MptcpSocket.ConnectAsync("localhost", echo.Port))),
        Operation.Of("connect a client", () =>
        {
            using var client = new MptcpTcpClient();
            client.Connect(echo);
            Use(client.Client);
        }),
        Operation.Of("connect a client, asynchronously", async () =>
        {
            using var client = new MptcpTcpClient();
            await client.ConnectAsync(echo);
            Use(client.Client);
        }),
        Operation.Of("listen", () => MptcpSocket.Listen(s_any).Dispose()),
        new("accept", PrepareAcceptAsync),
        new("accept with a listener", PrepareListenerAsync),
        new("upgrade", () => Prepare(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp), socket => MptcpSocket.TryUpgrade(socket))),
        Ask("state", socket => socket.GetMptcpState()),
        Ask("info", socket => socket.GetMptcpInfo()),
        Ask("subflows", socket => socket.GetMptcpSubflows()),
        Ask("explain", socket => socket.ExplainMptcp()),
        Operation.Of("capabilities", () => _ = MptcpCapabilities.Probe()),
        Operation.Of("counters", () => _ = MptcpCounters.Read()),
        Operation.Of("settings", () => _ = MptcpSettings.Read()),
        Operation.Of("list connections", () => _ = MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true })),
        Operation.Of("open events", async () => await MptcpEventMonitor.Open().DisposeAsync()),
        Operation.Of("list endpoints", () => With(manager => manager.GetEndpoints())),
        new("add an endpoint", PrepareAddAsync) { ChangesHost = true },
        new("remove an endpoint", PrepareRemoveAsync) { ChangesHost = true },
        new("read an event", PrepareEventAsync),
        Operation.Of("take a snapshot", () => _ = MptcpHostSnapshot.Take()),
        Operation.Of("probe", async () => _ = await MptcpProbe.CheckAsync("localhost", echo.Port)),
        Operation.Of("run the endpoints service", RunEndpointsAsync),
        Operation.Of("start Kestrel", StartKestrelAsync) with { LeavesToFinalizer = true }, // where listening fails
        new("relay through a gateway", PrepareRelayAsync),
    ];

    static void Create(AddressFamily family, MptcpMode mode)
    {
        using Socket socket = MptcpSocket.Create(family, mode);
        if (mode == MptcpMode.Required && socket.GetMptcpState() == MptcpState.Tcp)
            throw new InvalidOperationException("A socket of TCP, where MPTCP is required.");
    }

    /// <summary>Sees that a connection carries a byte there and back. It closes the connection.</summary>
    static void Use(Socket socket)
    {
        using (socket)
        {
            bool wasTold = Fault.Disarm(); // from here on it is .NET's socket
            socket.ReceiveTimeout = 20_000;
            byte[] received = new byte[1];
            socket.Send("x"u8);
            if (socket.Receive(received) != 1 || received[0] != 'x')
                throw new InvalidOperationException($"The connection does not work, after a fault: {wasTold}.");

            Harness.HasFailed |= wasTold;
        }
    }

    static Task<Operation.Step> PrepareAcceptAsync()
    {
        Socket listener = MptcpSocket.Listen(s_any), client = MptcpSocket.Create(AddressFamily.InterNetwork);
        client.Connect(listener.LocalEndPoint!);
        return Task.FromResult(new Operation.Step(async () => (await listener.AcceptAsync()).Dispose(), client, listener));
    }

    static Task<Operation.Step> PrepareListenerAsync()
    {
        var listener = new MptcpTcpListener(s_any);
        listener.Start();
        Socket client = MptcpSocket.Create(AddressFamily.InterNetwork);
        client.Connect(listener.LocalEndpoint);
        return Task.FromResult(new Operation.Step(async () => (await listener.AcceptTcpClientAsync()).Dispose(), client, listener));
    }

    static Task<Operation.Step> Prepare(Socket socket, Action<Socket> use) => Task.FromResult(new Operation.Step(
        () =>
        {
            use(socket);
            return Task.CompletedTask;
        },
        socket));

    Operation Ask(string name, Func<Socket, object> ask) => new(name, () => Prepare(MptcpSocket.Connect(echo), socket => ask(socket)));

    static Task<Operation.Step> PrepareAddAsync()
    {
        With(manager =>
        {
            manager.FlushEndpoints();
            return manager;
        });
        return Task.FromResult(new Operation.Step(() =>
        {
            With(manager => manager.AddEndpoint(s_endpoint, MptcpEndpointFlags.Subflow));
            return Task.CompletedTask;
        }));
    }

    static Task<Operation.Step> PrepareRemoveAsync()
    {
        byte id = 0;
        With(manager =>
        {
            manager.FlushEndpoints();
            id = manager.AddEndpoint(s_endpoint, MptcpEndpointFlags.Subflow).Id;
            return manager;
        });
        return Task.FromResult(new Operation.Step(() =>
        {
            With(manager =>
            {
                manager.RemoveEndpoint(id);
                return manager;
            });
            return Task.CompletedTask;
        }));
    }

    /// <summary>Reads the first event of a connection.</summary>
    async Task<Operation.Step> PrepareEventAsync()
    {
        MptcpEventMonitor monitor = MptcpEventMonitor.Open();
        Socket socket = await MptcpSocket.ConnectAsync(echo);
        return new Operation.Step(
            async () =>
            {
                await using (monitor)
                    await monitor.ReadAllAsync().FirstAsync();
            },
            socket);
    }

    static void With(Func<MptcpPathManager, object?> use)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        use(manager);
    }

    static async Task RunEndpointsAsync()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMptcpEndpoints();
        using IHost host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
    }

    static async Task StartKestrelAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseMptcp();
        await using WebApplication server = builder.Build();
        await server.StartAsync();
        await server.StopAsync();
    }

    /// <summary>A client connects through a gateway while a call fails, and another one afterwards.</summary>
    async Task<Operation.Step> PrepareRelayAsync()
    {
        IPEndPoint address = FreePort();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMptcpGateway(options => options.Routes["echo"] = new MptcpGatewayRouteOptions { Listen = $"tcp@{address}", Connect = $"mptcp@{echo}" });
        IHost host = builder.Build();
        await host.StartAsync();
        return new Operation.Step(
            async () =>
            {
                SocketException? error = await TryRelayAsync(address);
                Harness.HasFailed |= Fault.Disarm();
                if (await TryRelayAsync(address) is { } second)
                    throw new InvalidOperationException($"The gateway relays no more: {second.Message}", second);

                await host.StopAsync();
                if (error is not null)
                    throw error;
            },
            host);
    }

    static async Task<SocketException?> TryRelayAsync(IPEndPoint gateway)
    {
        try
        {
            await RelayAsync(gateway);
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }

    static async Task RelayAsync(IPEndPoint gateway)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(gateway);
        await client.SendAsync("x"u8.ToArray());
        if (await client.ReceiveAsync(new byte[1]) == 0)
            throw new SocketException((int)SocketError.ConnectionReset); // the gateway has given up on this client
    }

    static IPEndPoint FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(s_any);
        return (IPEndPoint)socket.LocalEndPoint!;
    }
}
