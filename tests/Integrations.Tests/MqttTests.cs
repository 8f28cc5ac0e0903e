using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.AspNetCore;
using MQTTnet.Channel;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;

namespace Integrations.Tests;

public class MqttTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_uses_MPTCP_to_its_broker_and_reconnects_after_a_restart()
    {
        Needs.Mptcp();
        ConcurrentBag<MptcpState?> states = [];
        WebServer first = await StartBrokerAsync(port: 0, states);
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        MqttClientOptions options = Options(first.Uri);
        await ConnectAndPublishAsync(client, options);

        await first.DisposeAsync();
        await Eventually.TrueAsync(() => !client.IsConnected, "the client notices");
        await using WebServer second = await StartBrokerAsync(first.Uri.Port, states);

        await ConnectAndPublishAsync(client, options);
        await client.DisconnectAsync();
        states.Should().HaveCount(2).And.OnlyContain(state => state == MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_talks_to_Mosquitto_over_MPTCP_and_reconnects_after_a_restart()
    {
        Needs.Mptcp();
        using var directory = new TemporaryDirectory();
        await using ServerProgram broker = await StartMosquittoAsync(directory);
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        var streams = new Recording(new MptcpStreamProvider());
        MqttClientOptions options = Options(broker, streams);
        await ConnectAndPublishAsync(client, options);
        streams.Last!.GetMptcpState().Should().Be(MptcpState.Mptcp);

        await broker.StopAsync();
        await Eventually.TrueAsync(() => !client.IsConnected, "the client notices");
        await broker.StartAsync();

        await ConnectAndPublishAsync(client, options);
        streams.Last!.GetMptcpState().Should().Be(MptcpState.Mptcp);
        await client.DisconnectAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_survives_the_loss_of_a_path()
    {
        using var paths = new TwoPaths();
        using var directory = new TemporaryDirectory();
        await using ServerProgram broker = await paths.StartAsync(address => StartMosquittoAsync(directory, address));
        using IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(Options(broker, new OnHost(paths.Client, new MptcpStreamProvider())));

        await paths.ShouldSurviveAsync(() => PublishAsync(client));
        await client.DisconnectAsync();
    }

    internal static void OfThePage()
    {
        MqttClientOptions options = new MqttClientOptionsBuilder()
            .WithTcpServer("broker.example.org")
            .WithStreamProvider(new MptcpStreamProvider())
            .Build();
        _ = options;
    }

    static async Task ConnectAndPublishAsync(IMqttClient client, MqttClientOptions options)
    {
        await client.ConnectAsync(options);
        await PublishAsync(client);
    }

    static async Task PublishAsync(IMqttClient client)
    {
        var received = new TaskCompletionSource<string>();
        client.ApplicationMessageReceivedAsync += ReceiveAsync;
        await client.SubscribeAsync("topic");
        await client.PublishStringAsync("topic", "hello");

        (await received.Task.WaitAsync(Limit.OfAWait)).Should().Be("hello");
        client.ApplicationMessageReceivedAsync -= ReceiveAsync;

        Task ReceiveAsync(MqttApplicationMessageReceivedEventArgs message)
        {
            received.TrySetResult(message.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        }
    }

    static MqttClientOptions Options(Uri broker) =>
        new MqttClientOptionsBuilder().WithTcpServer(broker.Host, broker.Port).WithStreamProvider(new MptcpStreamProvider()).Build();

    static MqttClientOptions Options(ServerProgram broker, IMqttClientStreamProvider provider) => new MqttClientOptionsBuilder()
        .WithTcpServer($"{broker.EndPoint.Address}", broker.EndPoint.Port)
        .WithStreamProvider(provider)
        .WithTimeout(Limit.OfAWait)
        .Build();

    static Task<ServerProgram> StartMosquittoAsync(TemporaryDirectory directory, IPAddress? address = null) => ServerProgram.StartAsync(
        at =>
        {
            File.WriteAllText(directory.File("mosquitto.conf"), $"listener {at.Port} {at.Address}\nallow_anonymous true\nuser root\n");
            return [Needs.Program("mptcpize", "mptcpize"), "run", Needs.Program("mosquitto", "mosquitto"), "-c", directory.File("mosquitto.conf")];
        },
        address);

    static Task<WebServer> StartBrokerAsync(int port, ConcurrentBag<MptcpState?> states) => WebServer.StartAsync(
        _ => { },
        builder => builder.Services.AddHostedMqttServer(options => options.WithoutDefaultEndpoint()).AddMqttConnectionHandler().AddConnections(),
        port,
        listen =>
        {
            listen.Use(next => connection =>
            {
                states.Add(connection.GetMptcpState());
                return next(connection);
            });
            listen.UseMqtt();
        });

    sealed class MptcpStreamProvider : IMqttClientStreamProvider
    {
        public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken) =>
            new NetworkStream(await MptcpSocket.ConnectAsync(brokerEndPoint, new MptcpConnectOptions { NoDelay = true }, cancellationToken), ownsSocket: true);
    }

    /// <summary>The provider of the recipe, which also exposes its socket.</summary>
    sealed class Recording(IMqttClientStreamProvider provider) : IMqttClientStreamProvider
    {
        internal Socket? Last { get; private set; }

        public async Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken)
        {
            Stream stream = await provider.ConnectAsync(brokerEndPoint, cancellationToken);
            Last = ((NetworkStream)stream).Socket;
            return stream;
        }
    }

    /// <summary>The provider of the page, on a host of a lab.</summary>
    sealed class OnHost(LabHost host, IMqttClientStreamProvider provider) : IMqttClientStreamProvider
    {
        public Task<Stream> ConnectAsync(EndPoint brokerEndPoint, CancellationToken cancellationToken) =>
            host.RunAsync(() => provider.ConnectAsync(brokerEndPoint, cancellationToken));
    }
}
