namespace Mptcp.Sockets;

/// <summary>Makes HttpClient connect with MPTCP.</summary>
public static class MptcpHttp
{
    static readonly MptcpConnectOptions s_options = ForHttp(MptcpConnectOptions.Default);

    /// <summary>
    /// Makes a handler connect with MPTCP, by setting its <see cref="SocketsHttpHandler.ConnectCallback"/>.
    /// </summary>
    /// <remarks>
    /// Works with http and https, HTTP/1.1 and HTTP/2, HTTP and SOCKS proxies, and web sockets. HTTP/3 uses QUIC and is not affected. On a
    /// system without MPTCP, the handler connects with TCP.
    /// </remarks>
    /// <example><code>var http = new HttpClient(new SocketsHttpHandler().UseMptcp());</code></example>
    /// <param name="handler">A handler that has not sent a request yet.</param>
    /// <param name="options">
    /// The options, or <see langword="null"/> for the defaults. They are copied, so later changes have no effect. <c>TCP_NODELAY</c> is
    /// always set.
    /// </param>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    /// <exception cref="InvalidOperationException">
    /// The handler has a <see cref="SocketsHttpHandler.ConnectCallback"/>, for example from an earlier call of this method, or has sent a
    /// request.
    /// </exception>
    public static SocketsHttpHandler UseMptcp(this SocketsHttpHandler handler, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (handler.ConnectCallback is { } callback)
        {
            throw new InvalidOperationException(callback.Target is HttpConnect
                ? "UseMptcp was already called on this handler. Call it once, with all options."
                : $"The handler already has a {nameof(SocketsHttpHandler.ConnectCallback)}. Remove it, or call {nameof(MptcpHttp)}.{nameof(ConnectAsync)} inside it.");
        }

        handler.ConnectCallback = new HttpConnect(options is null ? s_options : ForHttp(MptcpConnector.Check(options))).ConnectAsync;
        return handler;
    }

    /// <summary>
    /// Connects with MPTCP and the default options. Call it from your own <see cref="SocketsHttpHandler.ConnectCallback"/>, for example to
    /// use MPTCP for some hosts only.
    /// </summary>
    /// <example><code>var handler = new SocketsHttpHandler { ConnectCallback = MptcpHttp.ConnectAsync };</code></example>
    /// <param name="context">The server or proxy to which the handler connects.</param>
    /// <param name="cancellationToken">Cancels the connect.</param>
    /// <returns>A stream that owns its socket.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="context"/> is null.</exception>
    /// <inheritdoc cref="MptcpSocket.ConnectAsync(System.Net.EndPoint, MptcpConnectOptions?, CancellationToken)" path="/exception[not(contains(@cref,'ArgumentNullException'))]"/>
    public static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ConnectAsync(context, s_options, cancellationToken);
    }

    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, MptcpConnectOptions options, CancellationToken cancellationToken) =>
        MptcpConnector.ToStream(await MptcpSocket.ConnectAsync(context.DnsEndPoint, options, cancellationToken).ConfigureAwait(false));

    /// <summary>The target of the callback, by which a second call recognizes the first.</summary>
    sealed class HttpConnect(MptcpConnectOptions options)
    {
        internal ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken) =>
            MptcpHttp.ConnectAsync(context, options, cancellationToken);
    }

    static MptcpConnectOptions ForHttp(MptcpConnectOptions options)
    {
        MptcpConnectOptions copy = options.Clone();
        copy.NoDelay = true;
        return copy;
    }
}
