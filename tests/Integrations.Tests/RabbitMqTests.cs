using System.Collections.Concurrent;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Integrations.Tests;

public class RabbitMqTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_uses_MPTCP_and_recovers_after_a_restart_of_the_broker()
    {
        Needs.Mptcp();
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync();
        ConcurrentBag<Socket> sockets = [];
        ConnectionFactory factory = OfThePage();
        factory.Uri = new Uri($"amqp://{broker.EndPoint}");
        factory.NetworkRecoveryInterval = TimeSpan.FromMilliseconds(500);
        factory.ContinuationTimeout = factory.RequestedConnectionTimeout = Limit.OfAWait;
        factory.SocketFactory = Recording(factory.SocketFactory, sockets);
        await using IConnection connection = await factory.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await SendAndReceiveAsync(channel, "before");
        sockets.Should().ContainSingle().Which.GetMptcpState().Should().Be(MptcpState.Mptcp);

        sockets.Clear();
        var recovered = new TaskCompletionSource();
        connection.RecoverySucceededAsync += (_, _) =>
        {
            recovered.TrySetResult();
            return Task.CompletedTask;
        };
        await broker.RestartAsync();
        await recovered.Task.WaitAsync(Limit.OfAWait);

        await SendAndReceiveAsync(channel, "after");
        sockets.Should().Contain(socket => IsMptcp(socket));
    }

    static ConnectionFactory OfThePage()
    {
        var factory = new ConnectionFactory
        {
            HostName = "localhost",
            SocketFactory = family => new TcpClientAdapter(MptcpSocket.Create(family)),
        };

        return factory;
    }

    static async Task SendAndReceiveAsync(IChannel channel, string text)
    {
        string queue = await channel.QueueDeclareAsync(queue: "", autoDelete: true);
        await channel.BasicPublishAsync(exchange: "", queue, System.Text.Encoding.UTF8.GetBytes(text));
        BasicGetResult? message = null;
        await Eventually.TrueAsync(async () => (message = await channel.BasicGetAsync(queue, autoAck: true)) is not null, "the message arrives");

        System.Text.Encoding.UTF8.GetString(message!.Body.Span).Should().Be(text);
    }

    static Func<AddressFamily, ITcpClient> Recording(Func<AddressFamily, ITcpClient> create, ConcurrentBag<Socket> sockets) => family =>
    {
        ITcpClient client = create(family);
        sockets.Add(client.Client);
        return client;
    };

    /// <summary>Attempts that came before the broker was back are closed.</summary>
    static bool IsMptcp(Socket socket) => !socket.SafeHandle.IsClosed && socket.GetMptcpState() == MptcpState.Mptcp;
}
