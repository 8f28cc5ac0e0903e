using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;
using NATS.Client.Core;

namespace Integrations.Tests;

/// <summary>Debian built nats-server with a version of Go that does not listen with MPTCP. The gateway in front of it does.</summary>
public class NatsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_uses_MPTCP_to_a_gateway_and_reconnects_after_a_restart_of_the_server()
    {
        Needs.Mptcp();
        await using ServerProgram server = await StartServerAsync();
        await using ServerProgram gateway = await StartGatewayAsync(server);
        var factory = new Recording(new MptcpConnectionFactory());
        await using NatsConnection client = Connect(gateway, factory);
        await PingAsync(client);
        factory.Last!.GetMptcpState().Should().Be(MptcpState.Mptcp);

        await server.StopAsync();
        await Eventually.TrueAsync(() => client.ConnectionState != NatsConnectionState.Open, "the client notices");
        await server.StartAsync();

        await PingAsync(client);
        factory.Last!.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_connects_if_the_server_has_no_MPTCP_and_reconnects_after_a_restart()
    {
        Needs.Mptcp();
        await using ServerProgram server = await StartServerAsync();
        var factory = new Recording(new MptcpConnectionFactory());
        await using NatsConnection client = Connect(server, factory);
        await PingAsync(client);

        await server.StopAsync();
        await Eventually.TrueAsync(() => client.ConnectionState != NatsConnectionState.Open, "the client notices");
        await server.StartAsync();

        await PingAsync(client);
        factory.Last!.GetMptcpState().Should().NotBe(MptcpState.Mptcp); // it fell back, or MPTCP was refused while the server was down
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_survives_the_loss_of_a_path()
    {
        using var paths = new TwoPaths();
        await using ServerProgram server = await paths.StartAsync(_ => StartServerAsync());
        await using ServerProgram gateway = await paths.StartAsync(address => StartGatewayAsync(server, address));
        await using NatsConnection client = Connect(gateway, new OnHost(paths.Client, new MptcpConnectionFactory()));

        await paths.ShouldSurviveAsync(() => PingAsync(client));
    }

    internal static void OfThePage()
    {
        var options = NatsOpts.Default with { SocketConnectionFactory = new MptcpConnectionFactory() };

        _ = options;
    }

    static NatsConnection Connect(ServerProgram server, INatsSocketConnectionFactory factory) =>
        new(NatsOpts.Default with { Url = $"nats://{server.EndPoint}", SocketConnectionFactory = factory, CommandTimeout = Limit.OfAWait, ConnectTimeout = Limit.OfAWait });

    static Task<ServerProgram> StartServerAsync() =>
        ServerProgram.StartAsync(at => [Needs.Program("nats-server", "nats-server"), "-a", $"{at.Address}", "-p", $"{at.Port}"]);

    static Task<ServerProgram> StartGatewayAsync(ServerProgram server, IPAddress? address = null) => ServerProgram.StartAsync(
        at =>
        [
            "dotnet", Repository.Assembly("samples/Gateway"), $"--contentRoot={Path.GetTempPath()}",
            $"--Gateway:Routes:nats:Listen=mptcp@{at}", $"--Gateway:Routes:nats:Connect=tcp@{server.EndPoint}",
        ],
        address);

    static async Task PingAsync(NatsConnection client)
    {
        using var timeout = new CancellationTokenSource(Limit.OfAWait);
        await using INatsSub<string> subscription = await client.SubscribeCoreAsync<string>("topic", cancellationToken: timeout.Token);
        await client.PingAsync(timeout.Token);
        await client.PublishAsync("topic", "hello", cancellationToken: timeout.Token);

        (await subscription.Msgs.ReadAsync(timeout.Token)).Data.Should().Be("hello");
    }

    sealed class MptcpConnectionFactory : INatsSocketConnectionFactory
    {
        public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
            new MptcpConnection(await MptcpSocket.ConnectAsync(uri.Host, uri.Port, new MptcpConnectOptions { NoDelay = true }, cancellationToken));
    }

    // NATS upgrades a connection with this interface to TLS itself.
    sealed class MptcpConnection(Socket socket) : INatsTlsUpgradeableSocketConnection
    {
        public Socket Socket => socket;

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => socket.SendAsync(buffer);

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }

    /// <summary>The factory of the page, with access to its last socket.</summary>
    sealed class Recording(INatsSocketConnectionFactory factory) : INatsSocketConnectionFactory
    {
        internal Socket? Last { get; private set; }

        public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken)
        {
            INatsSocketConnection connection = await factory.ConnectAsync(uri, opts, cancellationToken);
            Last = ((MptcpConnection)connection).Socket;
            return connection;
        }
    }

    /// <summary>The factory of the page, on a host of a lab.</summary>
    sealed class OnHost(LabHost host, INatsSocketConnectionFactory factory) : INatsSocketConnectionFactory
    {
        public ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken) =>
            new(host.RunAsync(() => factory.ConnectAsync(uri, opts, cancellationToken).AsTask()));
    }
}
