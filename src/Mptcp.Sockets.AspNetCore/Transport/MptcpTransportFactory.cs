using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Sockets.AspNetCore.Interop;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Kestrel's own transport on MPTCP sockets. End points that it does not accept fall through to the other factories. It wraps Kestrel's
/// transport, because the public SocketConnectionContextFactory has neither Kestrel's memory pool nor all its options.
/// </summary>
sealed class MptcpTransportFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    readonly SocketTransportFactory _kestrelTransport;
    readonly EndpointModes _modes;
    readonly MptcpTransportOptions _options;
    readonly ILogger _logger;
    readonly SocketHandover _handover;

    public MptcpTransportFactory(
        EndpointModes modes,
        IOptions<MptcpTransportOptions> options,
        IOptionsFactory<SocketTransportOptions> socketOptions,
        IHostApplicationLifetime lifetime,
        ILoggerFactory loggerFactory)
    {
        _modes = modes;
        _options = options.Value;
        _logger = loggerFactory.CreateLogger(Log.Category);
        _handover = new SocketHandover(modes, lifetime, _logger);
        _kestrelTransport = new SocketTransportFactory(Options.Create(WithMptcpSockets(socketOptions.Create(Options.DefaultName))), loggerFactory);
    }

    /// <summary>
    /// Accepts end points of the configuration even in TCP mode: a reload may change the mode, and clients must not be refused meanwhile.
    /// </summary>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint ip && (_modes.IsConfigured(ip) || _modes.Get(ip) != MptcpMode.Disabled);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var requested = (IPEndPoint)endpoint;
        ListenSource? former = _handover.Take(requested);
        try
        {
            MptcpMode mode = _modes.Get(requested);
            var endPoint = new ListenEndPoint(requested, mode, _options.ConfigureSocket) { SharesPort = former is not null };

            // Only the protocol can differ: other options are the same for all endpoints while the server runs.
            // An MPTCP socket is kept even if a sysctl or the switch would now refuse a new one.
            if (former is not null && (former.IsMptcp ? mode != MptcpMode.Disabled : !endPoint.WouldBeMptcp()))
            {
                Log.Kept(_logger, former.EndPoint, former.Protocol);
                return new MptcpConnectionListener(former, requested, _handover);
            }

            if (former is not null)
                ReusePort.Allow(former.Socket);

            IConnectionListener listener = await _kestrelTransport.BindAsync(endPoint, cancellationToken).ConfigureAwait(false);
            var source = new ListenSource(listener, endPoint.Socket!);
            if (former is not null)
                Replace(former, source);
            else if (endPoint.WhyTcp is null)
                Log.ListeningOverMptcp(_logger, source.EndPoint);
            else
                Log.ListeningOverTcp(_logger, source.EndPoint, endPoint.WhyTcp);

            return new MptcpConnectionListener(source, requested, _handover, former);
        }
        catch when (former is not null)
        {
            await SocketHandover.CloseAsync(former).ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose() => _handover.Dispose();

    void Replace(ListenSource former, ListenSource source)
    {
        Log.Replaced(_logger, source.EndPoint, source.Protocol, former.Protocol);
        if (!ReusePort.TryPreferSecond(former.IsMptcp ? source.Socket : former.Socket))
            Log.NotPreferred(_logger, source.EndPoint);
    }

    static SocketTransportOptions WithMptcpSockets(SocketTransportOptions options)
    {
        if (options.CreateBoundListenSocket != SocketTransportOptions.CreateDefaultBoundListenSocket)
        {
            throw new InvalidOperationException(
                $"{nameof(SocketTransportOptions)}.{nameof(SocketTransportOptions.CreateBoundListenSocket)} is set and UseMptcp was called. Both create the sockets on which "
                + "Kestrel listens. Remove one of them. Without UseMptcp, your callback can call MptcpSocket.CreateBoundListenSocket. "
                + $"With UseMptcp, {nameof(MptcpTransportOptions)}.{nameof(MptcpTransportOptions.ConfigureSocket)} receives each socket before it is bound.");
        }

        options.CreateBoundListenSocket = endPoint => ((ListenEndPoint)endPoint).CreateBoundSocket();
        return options;
    }
}
