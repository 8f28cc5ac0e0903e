using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>A <see cref="TcpListener"/> or <see cref="MptcpTcpListener"/>, its clients, and the calls that both types answer alike.</summary>
sealed class ListenerRun : IRun
{
    internal const int Kinds = 4;

    internal static readonly (string Name, Func<ListenerRun, int, Task<object?>> Call)[] Calls =
    [
        ("Start", (run, _) => run.StartAsync(null)),
        ("Start", (run, argument) => run.StartAsync(argument - 1)),
        ("Stop", (run, _) => run.StopAsync()),
        ("Dispose", (run, _) => run.StopAsync(dispose: true)),
        ("Pending", (run, _) => run.PendingAsync()),
        ("a client connects", (run, argument) => run.ClientConnectsAsync(argument)),
        ("a client connects", (run, argument) => run.ClientConnectsAsync(argument)),
        ("Accept", (run, argument) => run.AcceptAsync(argument)),
        ("Accept", (run, argument) => run.AcceptAsync(argument)),
        ("ExclusiveAddressUse", (run, _) => Value(run._listener.ExclusiveAddressUse)),
        ("set ExclusiveAddressUse", (run, argument) => Value(run._listener.ExclusiveAddressUse = argument % 2 == 0)),
        ("LocalEndpoint", (run, _) => Value(run._listener.LocalEndpoint is IPEndPoint local ? $"{local.Address} {local.Port != 0}" : null)),
        ("Server.IsBound", (run, _) => Value(run._listener.Server.IsBound)),
        ("Server.LocalEndPoint", (run, _) => Value((run._listener.Server.LocalEndPoint as IPEndPoint)?.Address)),
        ("Server.AddressFamily", (run, _) => Value($"{run._listener.Server.AddressFamily} {run._listener.Server.SocketType} {run._listener.Server.ProtocolType}")),
        ("Server.DualMode", (run, _) => Value(run._wasStopped ? "differs" : run._listener.Server.DualMode)),
        ("Server.NoDelay", (run, _) => Value(run._listener.Server.NoDelay)),
        ("set Server.NoDelay", (run, argument) => Value(run._listener.Server.NoDelay = argument % 2 == 0)),
        ("Server.ReuseAddress", (run, _) => Value(run._listener.Server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress))),
        ("Server.Blocking", (run, _) => Value(run._listener.Server.Blocking)),
        ("another starts", (run, _) => run.AnotherStartsAsync()),
    ];

    readonly TcpListener _listener;
    readonly Queue<TcpClient> _waiting = [];
    readonly List<IDisposable> _opened = [];
    bool _wasStopped;

    /// <param name="kind">The constructor.</param>
    /// <param name="mode">The mode; null for a listener of .NET.</param>
    internal ListenerRun(int kind, MptcpMode? mode) => _listener = (kind, mode) switch
    {
        (0, null) => new TcpListener(IPAddress.Loopback, 0),
        (1, null) => new TcpListener(new IPEndPoint(IPAddress.Any, 0)),
        (2, null) => new TcpListener(IPAddress.IPv6Any, 0),
        (_, null) => TcpListener.Create(0),
        (0, { } known) => new MptcpTcpListener(IPAddress.Loopback, 0, known),
        (1, { } known) => new MptcpTcpListener(new IPEndPoint(IPAddress.Any, 0), known),
        (2, { } known) => new MptcpTcpListener(IPAddress.IPv6Any, 0, known),
        (_, { } known) => MptcpTcpListener.Create(0, known),
    };

    public Task<string> AnswerAsync(int call, int argument) => Answer.OfAsync(() => Calls[call].Call(this, argument));

    public void Dispose()
    {
        _listener.Dispose();
        _opened.ForEach(opened => opened.Dispose());
    }

    // The members of TcpListener are not virtual.
    Task<object?> StartAsync(int? backlog)
    {
        switch (backlog, _listener as MptcpTcpListener)
        {
            case (null, null):
                _listener.Start();
                break;
            case ({ } count, null):
                _listener.Start(count);
                break;
            case (null, { } mptcp):
                mptcp.Start();
                break;
            case ({ } count, { } mptcp):
                mptcp.Start(count);
                break;
        }

        return Value(null);
    }

    Task<object?> StopAsync(bool dispose = false)
    {
        if (dispose)
            _listener.Dispose();
        else
            _listener.Stop();

        _waiting.Clear();
        _wasStopped = true;
        return Value(null);
    }

    async Task<object?> PendingAsync()
    {
        if (_waiting.Count > 0)
            await Eventually.TrueAsync(_listener.Pending, "the client arrives");

        return _listener.Pending();
    }

    async Task<object?> ClientConnectsAsync(int argument)
    {
        if (!_listener.Server.IsBound)
            return "does not listen";

        if (_waiting.Count > 0) // a backlog of 0 has room for one
            return "is full";

        var local = (IPEndPoint)_listener.LocalEndpoint;
        IPAddress address = local.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        TcpClient client = argument % 2 == 0 ? new TcpClient(address.AddressFamily) : new MptcpTcpClient(address.AddressFamily);
        _opened.Add(client);
        if (client is MptcpTcpClient mptcp)
            await mptcp.ConnectAsync(address, local.Port);
        else
            await client.ConnectAsync(address, local.Port);

        _waiting.Enqueue(client);
        return null;
    }

    async Task<object?> AcceptAsync(int argument)
    {
        if (_waiting.Count == 0)
        {
            using var cancellation = new CancellationTokenSource();
            Task<TcpClient> accepting = _listener.AcceptTcpClientAsync(cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await accepting;
        }

        Socket accepted = (argument % 6) switch
        {
            0 => _listener.AcceptSocket(),
            1 => _listener.AcceptTcpClient().Client,
            2 => await _listener.AcceptSocketAsync(),
            3 => (await _listener.AcceptTcpClientAsync(CancellationToken.None)).Client,
            4 => await Task.Factory.FromAsync(_listener.BeginAcceptSocket, _listener.EndAcceptSocket, null),
            _ => (await Task.Factory.FromAsync(_listener.BeginAcceptTcpClient, _listener.EndAcceptTcpClient, null)).Client,
        };
        _opened.Add(accepted);
        TcpClient client = _waiting.Dequeue();
        await client.GetStream().WriteAsync(new byte[] { 1, 2, 3 });
        return Convert.ToHexString(await accepted.ReceiveExactlyAsync(3)) +
            $" {accepted.NoDelay} {accepted.Blocking} {accepted.RemoteEndPoint!.Equals(client.Client.LocalEndPoint)} {accepted.LocalEndPoint!.AddressFamily}";
    }

    Task<object?> AnotherStartsAsync()
    {
        var local = (IPEndPoint)_listener.LocalEndpoint;
        if (local.Port == 0)
            return Value("does not listen");

        using var another = new TcpListener(local);
        another.Start();
        return Value(null);
    }

    static Task<object?> Value(object? value) => Task.FromResult(value);
}
