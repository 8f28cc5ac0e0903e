using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MQTTnet;
using MQTTnet.AspNetCore;
using MQTTnet.Channel;
using Microsoft.Extensions.DependencyInjection;

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
}
