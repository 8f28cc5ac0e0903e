using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Protocols;
using Mptcp.Gateway.Telemetry;

namespace Mptcp.Gateway.Relaying;

/// <summary>
/// The servers of one address that a route listens on: chooses one for each client, tries the others if connecting to it fails, and checks
/// them.
/// </summary>
sealed class BackendPool(Route route, IEnumerable<EndPoint> servers, Destinations destinations, ILogger logger)
{
    readonly Backend[] _backends = [.. servers.Select(server => new Backend(server))];
    uint _next = uint.MaxValue;

    /// <summary>Connects to the first server that works.</summary>
    /// <exception cref="SocketException">No server works. The error is that of the last one.</exception>
    internal async ValueTask<(Socket Socket, Backend Backend)> ConnectAsync(CancellationToken cancellationToken)
    {
        Backend[] backends = InOrder();
        for (int i = 0; ; i++)
        {
            Backend backend = backends[i];
            backend.Begin();
            bool isConnected = false;
            try
            {
                Socket socket = await destinations.ConnectAsync(backend.EndPoint, cancellationToken).ConfigureAwait(false);
                isConnected = true;
                return (socket, backend);
            }
            catch (SocketException e)
            {
                Log.ConnectFailed(logger, route.Name, backend.Name, e.Message);
                Fail(backend, e);
                if (i == backends.Length - 1)
                    throw;
            }
            finally
            {
                if (!isConnected)
                    backend.End();
            }
        }
    }

    /// <summary>Checks the servers, at once and then after each interval.</summary>
    internal async Task MonitorAsync(CancellationToken stop)
    {
        if (route.HealthInterval is not { } interval)
            return;

        using var timer = new PeriodicTimer(interval);
        try
        {
            do
                await Task.WhenAll(_backends.Select(backend => CheckAsync(backend, stop))).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The route has ended.
        }
    }

    /// <summary>Servers that work come first; the others are tried last.</summary>
    internal Backend[] InOrder()
    {
        if (_backends.Length == 1)
            return _backends;

        int first = (int)(Interlocked.Increment(ref _next) % (uint)_backends.Length);
        IEnumerable<Backend> ordered = route.Balance switch
        {
            MptcpGatewayBalance.RoundRobin => _backends[first..].Concat(_backends[..first]),
            MptcpGatewayBalance.LeastConnections => _backends.OrderBy(backend => backend.Active),
            _ => _backends,
        };
        return [.. ordered.OrderBy(backend => backend.IsDown)];
    }

    async Task CheckAsync(Backend backend, CancellationToken stop)
    {
        try
        {
            using Socket socket = await destinations.ConnectAsync(backend.EndPoint, stop).ConfigureAwait(false);
            if (route.SendProxyProtocol is { } version)
                await socket.SendAsync(ProxyHeader.Unknown.ToBytes(version), stop).ConfigureAwait(false); // the server waits for its header

            if (backend.Set(isDown: false))
                Log.BackendUp(logger, route.Name, backend.Name);
        }
        catch (SocketException e)
        {
            Fail(backend, e);
        }
        catch (RefusedException e)
        {
            Fail(backend, e);
        }
    }

    /// <summary>Marks a server as not working. Only if there are checks: nothing else would find that it works again.</summary>
    void Fail(Backend backend, Exception error)
    {
        if (route.HealthInterval is not null && backend.Set(isDown: true))
            Log.BackendDown(logger, route.Name, backend.Name, error.Message);
    }
}
