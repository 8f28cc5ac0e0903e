using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>A <see cref="TcpClient"/> or <see cref="MptcpTcpClient"/>, its peer, and the calls that both types answer alike.</summary>
sealed class ClientRun : IRun
{
    internal const int Kinds = 4;

    internal static readonly (string Name, Func<ClientRun, int, Task<object?>> Call)[] Calls =
    [
        ("Connect", (run, argument) => run.ConnectAsync(argument)),
        ("Connect again", (run, argument) => run.ConnectAsync(argument)),
        ("Connect to nobody", (run, argument) => run.FailAsync(argument)),
        ("Connected", (run, _) => Value(run._client.Connected)),
        ("Available", (run, _) => run.AvailableAsync()),
        ("NoDelay", (run, _) => Value(run._client.NoDelay)),
        ("set NoDelay", (run, argument) => Value(run._client.NoDelay = argument % 2 == 0)),
        ("LingerState", (run, _) => Value(run._client.LingerState is { } linger ? $"{linger.Enabled} {linger.LingerTime}" : null)),
        ("set LingerState", (run, argument) => Value(run._client.LingerState = new LingerOption(argument % 2 == 0, 0))),
        ("ReceiveTimeout", (run, _) => Value(run._client.ReceiveTimeout)),
        ("set ReceiveTimeout", (run, argument) => Value(run._client.ReceiveTimeout = 600_000 + argument)),
        ("SendTimeout", (run, _) => Value(run._client.SendTimeout)),
        ("set SendTimeout", (run, argument) => Value(run._client.SendTimeout = argument - 1)),
        ("ReceiveBufferSize", (run, _) => Value(run._hasReceiveBuffer && !run._hasFailed ? run._client.ReceiveBufferSize : null)), // TcpClient doubles it after a failure
        ("set ReceiveBufferSize", (run, argument) => run.SetReceiveBuffer(20_000 + argument)),
        ("ExclusiveAddressUse", (run, _) => Value(run._client.ExclusiveAddressUse)),
        ("set ExclusiveAddressUse", (run, argument) => Value(run._client.ExclusiveAddressUse = argument % 2 == 0)),
        ("Client.IsBound", (run, _) => Value(run._client.Client.IsBound)),
        ("Client.LocalEndPoint", (run, _) => Value((run._client.Client.LocalEndPoint as IPEndPoint)?.Address)),
        ("Client.RemoteEndPoint", (run, _) => Value((run._client.Client.RemoteEndPoint as IPEndPoint)?.Address)),
        ("Client.AddressFamily", (run, _) => Value($"{run._client.Client.AddressFamily} {run._client.Client.SocketType} {run._client.Client.ProtocolType}")),
        ("Client.Blocking", (run, _) => Value(run._client.Client.Blocking)),
        ("Client.KeepAlive", (run, _) => Value(run._client.Client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive))),
        ("set Client.KeepAlive", (run, _) => run.SetKeepAlive()),
        ("Client.Shutdown", (run, _) => run.Shutdown()),
        ("GetStream", (run, _) => Value(run._client.GetStream() is { CanRead: true, CanWrite: true })),
        ("Write", (run, argument) => run.WriteAsync(argument)),
        ("Read", (run, argument) => run.ReadAsync(argument)),
        ("peer sends", (run, argument) => run.PeerSendsAsync(argument)),
        ("peer ends", (run, _) => run.PeerEndsAsync()),
        ("Close", (run, argument) => run.Close(argument)),
    ];

    static readonly IPAddress s_other = IPAddress.Parse("127.0.0.2");
    static readonly IPEndPoint s_refusing = Peers.Refusing(), s_refusingIPv6 = Peers.Refusing(IPAddress.IPv6Loopback);

    readonly Socket _listener;
    readonly TcpClient _client;
    readonly bool _isOfIPv6;
    Socket? _peer;
    int _unread;
    bool _peerHasEnded, _hasReceiveBuffer, _hasFailed;

    /// <param name="kind">The constructor.</param>
    /// <param name="mode">The mode; null for a client of .NET.</param>
    /// <param name="modeOfPeer">The mode of the listener to which the client connects.</param>
    internal ClientRun(int kind, MptcpMode? mode, MptcpMode modeOfPeer)
    {
        _isOfIPv6 = kind == 2;
        _listener = MptcpSocket.Listen(
            Peers.AnyPort(_isOfIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork), new MptcpListenOptions { Mode = modeOfPeer });
        var anyPort = new IPEndPoint(IPAddress.Loopback, 0);
        _client = (kind, mode) switch
        {
            (0, null) => new TcpClient(),
            (1, null) => new TcpClient(AddressFamily.InterNetwork),
            (2, null) => new TcpClient(AddressFamily.InterNetworkV6),
            (_, null) => new TcpClient(anyPort),
            (0, { } known) => new MptcpTcpClient(known),
            (1, { } known) => new MptcpTcpClient(AddressFamily.InterNetwork, known),
            (2, { } known) => new MptcpTcpClient(AddressFamily.InterNetworkV6, known),
            (_, { } known) => new MptcpTcpClient(anyPort, known),
        };
    }

    /// <summary>Connecting again differs.</summary>
    bool IsConnected => _peer is not null && _client.Client is not null;

    public Task<string> AnswerAsync(int call, int argument) => Answer.OfAsync(() => Calls[call].Call(this, argument));

    public void Dispose()
    {
        _client.Dispose();
        _peer?.Dispose();
        _listener.Dispose();
    }

    async Task<object?> ConnectAsync(int argument)
    {
        if (IsConnected)
            return "differs";

        int port = _listener.Port();
        var way = (Way)(argument / 3);
        _hasFailed |= argument % 3 == 2;
        IPAddress address = _listener.EndPoint().Address;
        await ((argument % 3) switch
        {
            0 => ConnectAsync(way, $"{address}", port),
            1 => ConnectAsync(way, [address], port),
            _ => ConnectAsync(way, [_isOfIPv6 ? address : s_other, address], port), // the first refuses
        });
        _peer = await _listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        return "connected";
    }

    async Task<object?> FailAsync(int argument)
    {
        if (IsConnected)
            return "differs";

        var way = (Way)(argument % 4);
        _hasFailed = true;
        IPEndPoint refusing = _isOfIPv6 ? s_refusingIPv6 : s_refusing;
        await ((argument % 6) switch
        {
            0 => ConnectAsync(way, $"{refusing.Address}", refusing.Port),
            1 => ConnectAsync(way, [refusing.Address, refusing.Address], refusing.Port),
            2 => ConnectAsync(way, "127.0.0.1", 65_536),
            3 => ConnectAsync(way, (string)null!, 1),
            4 => ConnectAsync(way, (IPAddress[])null!, 1),
            _ => ConnectAsync(way, [], 1),
        });
        return "connected";
    }

    // The members of TcpClient are not virtual.
    Task ConnectAsync(Way way, string host, int port) => (way, _client as MptcpTcpClient) switch
    {
        (Way.Blocking, null) => Run(() => _client.Connect(host, port)),
        (Way.Task, null) => _client.ConnectAsync(host, port),
        (Way.Cancellable, null) => _client.ConnectAsync(host, port, CancellationToken.None).AsTask(),
        (_, null) => Task.Factory.FromAsync((callback, state) => _client.BeginConnect(host, port, callback, state), _client.EndConnect, null),
        (Way.Blocking, { } mptcp) => Run(() => mptcp.Connect(host, port)),
        (Way.Task, { } mptcp) => mptcp.ConnectAsync(host, port),
        (Way.Cancellable, { } mptcp) => mptcp.ConnectAsync(host, port, CancellationToken.None).AsTask(),
        (_, { } mptcp) => Task.Factory.FromAsync((callback, state) => mptcp.BeginConnect(host, port, callback, state), mptcp.EndConnect, null),
    };

    Task ConnectAsync(Way way, IPAddress[] addresses, int port) => (way, _client as MptcpTcpClient) switch
    {
        (Way.Blocking, null) => Run(() => _client.Connect(addresses, port)),
        (Way.Task, null) => _client.ConnectAsync(addresses, port),
        (Way.Cancellable, null) => _client.ConnectAsync(addresses, port, CancellationToken.None).AsTask(),
        (_, null) => Task.Factory.FromAsync((callback, state) => _client.BeginConnect(addresses, port, callback, state), _client.EndConnect, null),
        (_, { } mptcp) => Connecting.ConnectAsync(mptcp, way, addresses, port),
    };

    /// <summary>It differs before connecting, and after the peer has ended.</summary>
    async Task<object?> AvailableAsync()
    {
        if (_peer is null || _peerHasEnded)
            return "differs";

        await Eventually.TrueAsync(() => _client.Available == _unread, "what the peer has sent arrives");
        return _client.Available;
    }

    Task<object?> SetReceiveBuffer(int size)
    {
        _client.ReceiveBufferSize = size;
        _hasReceiveBuffer = true;
        return Value(null);
    }

    Task<object?> SetKeepAlive()
    {
        _client.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return Value(null);
    }

    Task<object?> Shutdown()
    {
        _client.Client.Shutdown(SocketShutdown.Send);
        return Value(null);
    }

    async Task<object?> WriteAsync(int argument)
    {
        byte[] bytes = [.. Enumerable.Range(argument, argument * 100).Select(i => (byte)i)];
        NetworkStream stream = _client.GetStream();
        if (argument % 2 == 0)
            stream.Write(bytes);
        else
            await stream.WriteAsync(bytes);

        return (await _peer!.ReceiveExactlyAsync(bytes.Length)).SequenceEqual(bytes);
    }

    async Task<object?> ReadAsync(int argument)
    {
        NetworkStream stream = _client.GetStream();
        if (_unread == 0 && !_peerHasEnded)
            return "would wait";

        byte[] bytes = new byte[Math.Max(_unread, 1)];
        int read = argument % 2 == 0 ? stream.ReadAtLeast(bytes, _unread) : await stream.ReadAtLeastAsync(bytes, _unread);
        _unread -= read;
        return Convert.ToHexString(bytes, 0, read);
    }

    async Task<object?> PeerSendsAsync(int argument)
    {
        if (_peer is null || _peerHasEnded || !_client.Connected)
            return "is not connected";

        await _peer.SendAllAsync(new byte[argument]);
        _unread += argument;
        return null;
    }

    async Task<object?> PeerEndsAsync()
    {
        if (_peer is null || !_client.Connected)
            return "is not connected";

        _peer.Shutdown(SocketShutdown.Send);
        _peerHasEnded = true;
        await Eventually.TrueAsync(() => _client.Client.Poll(TimeSpan.Zero, SelectMode.SelectRead), "the end arrives");
        return null;
    }

    Task<object?> Close(int argument)
    {
        if (argument % 4 != 0) // otherwise most sequences end early
            return Value(null);

        _client.Close();
        return Value(null);
    }

    static Task Run(Action call)
    {
        call();
        return Task.CompletedTask;
    }

    static Task<object?> Value(object? value) => Task.FromResult(value);
}
