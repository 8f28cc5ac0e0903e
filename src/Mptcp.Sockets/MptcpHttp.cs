using System.Net.Sockets;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>Multipath TCP for HttpClient.</summary>
public static class MptcpHttp
{
    static readonly MptcpConnectOptions s_options = ForHttp(MptcpConnectOptions.Default);

    /// <summary>
    /// Makes a handler connect over Multipath TCP, by setting its <see cref="SocketsHttpHandler.ConnectCallback"/>. Works for http, https, HTTP/1.1
    /// and HTTP/2, through HTTP and SOCKS proxies, and for web sockets. HTTP/3 runs on QUIC and stays as it is. Where this system has no
    /// Multipath TCP, connections are TCP.
    /// </summary>
    /// <param name="handler">A handler that has sent no request yet.</param>
    /// <param name="options">How to connect; null for the defaults. Copied, so that a later change has no effect. <c>TCP_NODELAY</c> is always set, as the handler itself does.</param>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    /// <exception cref="InvalidOperationException">The handler has a <see cref="SocketsHttpHandler.ConnectCallback"/> already, or was used.</exception>
    public static SocketsHttpHandler UseMptcp(this SocketsHttpHandler handler, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (handler.ConnectCallback is not null)
        {
            throw new InvalidOperationException(
                $"The handler has a {nameof(SocketsHttpHandler.ConnectCallback)} already: connect with {nameof(MptcpHttp)}.{nameof(ConnectAsync)} inside it, or leave it unset.");
        }

        MptcpConnectOptions copy = options is null ? s_options : ForHttp(Connector.Check(options));
        handler.ConnectCallback = (context, cancellationToken) => ConnectAsync(context, copy, cancellationToken);
        return handler;
    }

    /// <summary>
    /// Connects over Multipath TCP with the default options. Fits <see cref="SocketsHttpHandler.ConnectCallback"/>, for callbacks of your own that
    /// want it for some hosts only.
    /// </summary>
    /// <param name="context">What the handler wants to connect to: the server, or its proxy.</param>
    /// <param name="cancellationToken">Ends the connect.</param>
    /// <returns>A stream that owns its socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <inheritdoc cref="MptcpSocket.ConnectAsync(System.Net.EndPoint, MptcpConnectOptions?, CancellationToken)" path="/exception[not(contains(@cref,'ArgumentNullException'))]"/>
    public static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ConnectAsync(context, s_options, cancellationToken);
    }

    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, MptcpConnectOptions options, CancellationToken cancellationToken)
    {
        Socket socket = await MptcpSocket.ConnectAsync(context.DnsEndPoint, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch // the caller's ConfigureSocket has made it non-blocking
        {
            socket.Dispose();
            throw;
        }
    }

    static MptcpConnectOptions ForHttp(MptcpConnectOptions options)
    {
        MptcpConnectOptions copy = options.Clone();
        copy.NoDelay = true;
        return copy;
    }
}
