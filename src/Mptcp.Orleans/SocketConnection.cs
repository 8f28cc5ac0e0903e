using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans;

/// <summary>
/// A connected socket as Orleans wants it. Kestrel's transport has the same, but needs the ASP.NET Core framework, which silos and clients
/// in console programs lack.
/// </summary>
sealed class SocketConnection : ConnectionContext, IDuplexPipe, IConnectionSocketFeature
{
    /// <summary>Orleans writes up to 64 messages before it flushes. A buffer that has room for them leaves in one segment.</summary>
    const int BufferSize = 64 * 1024;

    static long s_last;

    readonly NetworkStream _stream;
    readonly CancellationTokenSource _closed = new(); // not disposed: it has no timer, and Orleans may ask for its token at any time

    SocketConnection(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        Input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        Output = PipeWriter.Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: BufferSize, leaveOpen: true));
        Transport = this;
        ConnectionClosed = _closed.Token;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        Features.Set<IConnectionSocketFeature>(this);
    }

    public Socket Socket => _stream.Socket;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override string ConnectionId { get; set; } = Interlocked.Increment(ref s_last).ToString(CultureInfo.InvariantCulture);

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>Takes over the socket, and closes it if that fails.</summary>
    internal static SocketConnection Create(Socket socket, SocketConnectionOptions options)
    {
        try
        {
            Configure(socket, options);
            return new SocketConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Ends pending reads and writes. Orleans waits for <see cref="ConnectionClosed"/> before it disposes.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _stream.Dispose();
        _ = _closed.CancelAsync(); // on another thread: callbacks of Orleans may block, or throw
    }

    public override async ValueTask DisposeAsync()
    {
        Abort(new ConnectionAbortedException());
        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync(new ConnectionAbortedException()).ConfigureAwait(false); // data that was not flushed is not sent
        await base.DisposeAsync().ConfigureAwait(false);
    }

    static void Configure(Socket socket, SocketConnectionOptions options)
    {
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.NoDelay, options.NoDelay ? 1 : 0);
        if (!options.KeepAlive)
            return;

        Set(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive, 1);
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, options.KeepAliveTimeSeconds);
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, options.KeepAliveIntervalSeconds);
        Set(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, options.KeepAliveRetryCount);
    }

    /// <summary>Leaves out what this kernel lacks on MPTCP sockets, as Linux before 5.17 lacks TCP_NODELAY.</summary>
    static void Set(Socket socket, SocketOptionLevel level, SocketOptionName name, int value)
    {
        try
        {
            socket.SetSocketOption(level, name, value);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
        }
    }
}
