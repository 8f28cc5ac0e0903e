using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;
using static Mptcp.Sockets.Tests.Support.Connecting;

namespace Mptcp.Sockets.Tests;

/// <summary>A client throws the same exception as <see cref="TcpClient"/> in the same situation.</summary>
public class DropInExceptionTests
{
    static readonly IPEndPoint s_refusing = Peers.Refusing();

    public static TheoryData<string, bool> Situations()
    {
        var data = new TheoryData<string, bool>();
        foreach (string situation in s_situations.Keys)
        {
            data.Add(situation, true);
            data.Add(situation, false);
        }

        return data;
    }

    static readonly Dictionary<string, Func<TcpClient, bool, Task>> s_situations = new()
    {
        ["port 0"] = (client, isAsync) => Connect(client, isAsync, "127.0.0.1", 0),
        ["port -1"] = (client, isAsync) => Connect(client, isAsync, "127.0.0.1", -1),
        ["port 65,536"] = (client, isAsync) => Connect(client, isAsync, "127.0.0.1", 65_536),
        ["no name"] = (client, isAsync) => Connect(client, isAsync, null!, 1),
        ["an unknown name"] = (client, isAsync) => Connect(client, isAsync, "no.such.name.invalid", 1),
        ["a port that refuses"] = (client, isAsync) => Connect(client, isAsync, "127.0.0.1", s_refusing.Port),
        ["a disposed client"] = (client, isAsync) =>
        {
            client.Dispose();
            return Connect(client, isAsync, "127.0.0.1", 1);
        },
        ["a disposed client without arguments"] = (client, isAsync) =>
        {
            client.Dispose();
            return Connect(client, isAsync, null!, -1);
        },
    };

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Situations))]
    public async Task Client_throws_what_TcpClient_throws(string situation, bool isAsync)
    {
        using var tcp = new TcpClient();
        using var mptcp = new MptcpTcpClient();

        Exception expected = (await FluentActions.Awaiting(() => s_situations[situation](tcp, isAsync)).Should().ThrowAsync<Exception>()).Which;
        Exception actual = (await FluentActions.Awaiting(() => s_situations[situation](mptcp, isAsync)).Should().ThrowAsync<Exception>()).Which;

        if (expected is NullReferenceException)
            expected = new ObjectDisposedException(nameof(TcpClient)); // TcpClient has a bug here

        (actual.GetType() == expected.GetType() || (expected.GetType() == typeof(SocketException) && actual is MptcpConnectException or SocketException))
            .Should().BeTrue("{0} should be {1}", actual, expected);
        (actual as SocketException)?.SocketErrorCode.Should().Be(((SocketException)expected).SocketErrorCode);
        (actual as ArgumentException)?.ParamName.Should().Be(((ArgumentException)expected).ParamName);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_empty_name_is_this_host(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0));
        using var client = new MptcpTcpClient();

        await Connect(client, isAsync, "", listener.Port());

        client.Connected.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connected_client_is_refused_before_the_name_is_resolved(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient("127.0.0.1", listener.Port());

        (await FluentActions.Awaiting(() => Connect(client, isAsync, "no.such.name.invalid", 1)).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.IsConnected);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Disposing_a_client_that_connects_throws_what_TcpClient_throws(bool isAsync)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();

        // The exceptions of TcpClient, without a rare ConnectionReset.
        SocketError expected = isAsync ? SocketError.OperationAborted : SocketError.NotSocket;
        for (int i = 0; i < 10; i++)
            (await DisposeWhileConnectingAsync(new MptcpTcpClient(AddressFamily.InterNetwork))).SocketErrorCode.Should().Be(expected);

        (await DisposeWhileConnectingAsync(new TcpClient(AddressFamily.InterNetwork))).SocketErrorCode.Should().BeOneOf(expected, SocketError.ConnectionReset);

        async Task<SocketException> DisposeWhileConnectingAsync(TcpClient client)
        {
            Socket socket = client.Client;
            Task connecting = isAsync
                ? Connect(client, isAsync, silent.EndPoint.Address.ToString(), silent.EndPoint.Port)
                : Blocking.RunAsync(() => Connect(client, isAsync, silent.EndPoint.Address.ToString(), silent.EndPoint.Port));
            await Eventually.TrueAsync(() => IsConnecting(socket), "the client connects");
            client.Dispose();
            SocketException error = (await FluentActions.Awaiting(() => connecting.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<SocketException>()).Which;
            error.Should().BeOfType<SocketException>();
            return error;
        }
    }

    /// <summary>Calls the member of the client's own type: those of <see cref="TcpClient"/> are not virtual.</summary>
    static Task Connect(TcpClient client, bool isAsync, string host, int port)
    {
        if (client is MptcpTcpClient mptcp)
        {
            if (isAsync)
                return mptcp.ConnectAsync(host, port);

            mptcp.Connect(host, port);
            return Task.CompletedTask;
        }

        if (isAsync)
            return client.ConnectAsync(host, port);

        client.Connect(host, port);
        return Task.CompletedTask;
    }
}
