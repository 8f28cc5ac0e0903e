using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Sockets.AspNetCore.Interop;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Kestrel's own transport on sockets from here. Beside it rather than instead of it: what is not for Multipath TCP falls through to the factories that are
/// there anyway. The transport is Kestrel's, with options of its own, since the public SocketConnectionContextFactory has neither Kestrel's memory pool nor all its options.
/// </summary>
sealed class MptcpTransportFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    readonly SocketTransportFactory _kestrels;
    readonly EndpointModes _modes;
    readonly MptcpTransportOptions _options;
    readonly ILogger _logger;
    readonly Succession _succession;

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
        _succession = new Succession(modes, lifetime, _logger);
        _kestrels = new SocketTransportFactory(Options.Create(WithSocketsFromHere(socketOptions.Create(Options.DefaultName))), loggerFactory);
    }

    /// <summary>End points of configuration are taken also where they are to be TCP: after a reload they may not be, and must not be refused meanwhile.</summary>
    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint ip && (_modes.IsConfigured(ip) || _modes.Get(ip) != MptcpMode.Disabled);

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var requested = (IPEndPoint)endpoint;
        ListenSource? former = _succession.Take(requested);
        try
        {
            MptcpMode mode = _modes.Get(requested);
            var endPoint = new ListenEndPoint(requested, mode, _options.ConfigureSocket) { SharesPort = former is not null };

            // Backlog and the like are the same for all endpoints and for as long as the server runs, so the protocol is all that can differ.
            // What listens over Multipath TCP goes on doing so where new sockets could not any more, since the sysctl or the switch has turned them off.
            if (former is not null && (former.IsMptcp ? mode != MptcpMode.Disabled : !endPoint.WouldBeMptcp()))
            {
                Log.Kept(_logger, former.EndPoint, former.Protocol);
                return new MptcpConnectionListener(former, requested, _succession);
            }

            if (former is not null)
                ReusePort.Allow(former.Socket);

            IConnectionListener listener = await _kestrels.BindAsync(endPoint, cancellationToken).ConfigureAwait(false);
            var source = new ListenSource(listener, endPoint.Socket!);
            if (former is not null)
                Succeed(former, source);
            else if (endPoint.WhyTcp is null)
                Log.ListeningOverMptcp(_logger, source.EndPoint);
            else
                Log.ListeningOverTcp(_logger, source.EndPoint, endPoint.WhyTcp);

            return new MptcpConnectionListener(source, requested, _succession, former);
        }
        catch when (former is not null)
        {
            await Succession.CloseAsync(former).ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose() => _succession.Dispose();

    void Succeed(ListenSource former, ListenSource source)
    {
        Log.Replaced(_logger, source.EndPoint, source.Protocol, former.Protocol);
        if (!ReusePort.TryPreferSecond(former.IsMptcp ? source.Socket : former.Socket))
            Log.NotPreferred(_logger, source.EndPoint);
    }

    static SocketTransportOptions WithSocketsFromHere(SocketTransportOptions options)
    {
        if (options.CreateBoundListenSocket != SocketTransportOptions.CreateDefaultBoundListenSocket)
        {
            throw new InvalidOperationException(
                $"{nameof(SocketTransportOptions)}.{nameof(SocketTransportOptions.CreateBoundListenSocket)} and UseMptcp were both set, and both make the sockets that "
                + "Kestrel listens on. Leave one of them out: without UseMptcp, a callback of your own can call MptcpSocket.CreateBoundListenSocket; "
                + $"with it, {nameof(MptcpTransportOptions)}.{nameof(MptcpTransportOptions.ConfigureSocket)} sees each socket before it is bound.");
        }

        options.CreateBoundListenSocket = endPoint => ((ListenEndPoint)endPoint).CreateBoundSocket();
        return options;
    }
}
