using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;
using StackExchange.Redis;
using StackExchange.Redis.Configuration;

namespace Integrations.Tests;

public class RedisTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_uses_MPTCP_and_reconnects_after_a_restart_of_the_server(bool useTls)
    {
        Needs.Mptcp();
        using var directory = new TemporaryDirectory();
        await using ServerProgram server = await StartServerAsync(useTls ? directory : null);
        ConcurrentBag<Socket> sockets = [];
        ConfigurationOptions options = Options(server.EndPoint, new Recording(Tunnel(), sockets));
        options.Ssl = useTls;
        options.CertificateValidation += (_, certificate, _, _) => certificate!.GetCertHashString() == Certificates.Loopback.GetCertHashString();
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.GetDatabase().StringSetAsync("key", "before");
        (await redis.GetDatabase().StringGetAsync("key")).ToString().Should().Be("before");
        sockets.Should().NotBeEmpty().And.OnlyContain(socket => socket.GetMptcpState() == MptcpState.Mptcp);

        sockets.Clear();
        await server.StopAsync();
        await server.StartAsync();

        await Eventually.TrueAsync(() => IsBackAsync(redis), "the client comes back");
        sockets.Should().NotBeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_name_with_two_addresses_connects_when_the_server_listens_at_the_second_only()
    {
        Needs.Mptcp();
        Needs.IPv6();
        await using ServerProgram server = await StartServerAsync();
        var connector = new MptcpConnector(new MptcpConnectOptions { Resolver = (_, _) => new([IPAddress.IPv6Loopback, IPAddress.Loopback]) });

        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(
            Options(new DnsEndPoint("redis.test", server.EndPoint.Port), new MptcpTunnel(connector)));

        (await redis.GetDatabase().StringSetAsync("key", "value")).Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Connections_survive_the_loss_of_a_path()
    {
        using var paths = new TwoPaths();
        await using ServerProgram server = await paths.StartAsync(address => StartServerAsync(address: address));
        await using ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(Options(server.EndPoint, new OnHost(paths.Client, Tunnel())));
        int number = 0;

        await paths.ShouldSurviveAsync(async () =>
        {
            (await redis.GetDatabase().StringIncrementAsync("number")).Should().Be(++number);
            await redis.GetSubscriber().PingAsync(); // which has a connection of its own
        });
    }

    internal static async Task OfThePage()
    {
        var options = ConfigurationOptions.Parse("redis.example.org");
        options.Tunnel = new MptcpTunnel(new MptcpConnector(new MptcpConnectOptions { NoDelay = true }));
        ConnectionMultiplexer redis = await ConnectionMultiplexer.ConnectAsync(options);
        await redis.DisposeAsync();
    }

    static MptcpTunnel Tunnel() => new(new MptcpConnector(new MptcpConnectOptions { NoDelay = true }));

    static ConfigurationOptions Options(EndPoint server, Tunnel tunnel) => new()
    {
        EndPoints = { server },
        AbortOnConnectFail = false,
        ConnectTimeout = (int)Limit.OfAWait.TotalMilliseconds,
        AsyncTimeout = (int)Limit.OfAWait.TotalMilliseconds,
        ReconnectRetryPolicy = new LinearRetry(100),
        Tunnel = tunnel,
    };

    /// <param name="directory">The directory for its certificate; null for a server without TLS.</param>
    /// <param name="address">The address on which it listens; null for loopback.</param>
    static Task<ServerProgram> StartServerAsync(TemporaryDirectory? directory = null, IPAddress? address = null)
    {
        if (directory is not null)
            Certificates.WriteLoopback(directory.File("certificate.pem"), directory.File("key.pem"));

        return ServerProgram.StartAsync(
            at =>
            [
                Needs.Program("mptcpize", "mptcpize"), "run", Needs.Program("redis-server", "redis-server"), "--bind", $"{at.Address}", "--protected-mode", "no", "--save", "",
                .. directory is null
                    ? new[] { "--port", $"{at.Port}" }
                    : ["--port", "0", "--tls-port", $"{at.Port}", "--tls-auth-clients", "no", "--tls-cert-file", directory.File("certificate.pem"), "--tls-key-file", directory.File("key.pem")],
            ],
            address);
    }

    static async Task<bool> IsBackAsync(ConnectionMultiplexer redis)
    {
        try
        {
            return await redis.GetDatabase().StringSetAsync("key", "after");
        }
        catch (RedisException)
        {
            return false;
        }
    }

    sealed class MptcpTunnel(MptcpConnector connector) : Tunnel
    {
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) => default; // no socket of its own

        public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            await connector.ConnectStreamAsync(endpoint, cancellationToken);
    }

    /// <summary>The tunnel of the page, with access to its sockets.</summary>
    sealed class Recording(Tunnel tunnel, ConcurrentBag<Socket> sockets) : Tunnel
    {
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
            tunnel.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

        public override async ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken)
        {
            Stream? stream = await tunnel.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken);
            sockets.Add(((NetworkStream)stream!).Socket);
            return stream;
        }
    }

    /// <summary>The tunnel of the page, on a host of a lab.</summary>
    sealed class OnHost(LabHost host, Tunnel tunnel) : Tunnel
    {
        public override ValueTask<EndPoint?> GetSocketConnectEndpointAsync(EndPoint endpoint, CancellationToken cancellationToken) =>
            tunnel.GetSocketConnectEndpointAsync(endpoint, cancellationToken);

        public override ValueTask<Stream?> BeforeAuthenticateAsync(EndPoint endpoint, ConnectionType connectionType, Socket? socket, CancellationToken cancellationToken) =>
            new(host.RunAsync(() => tunnel.BeforeAuthenticateAsync(endpoint, connectionType, socket, cancellationToken).AsTask()));
    }
}
