namespace Mptcp.Gateway.Telemetry;

/// <summary>Counts the connections of a route, by outcome, for metrics and for the log.</summary>
sealed class RouteStatistics(string route, GatewayMetrics metrics)
{
    long _connections;
    long _active;
    long _toServer;
    long _toClient;

    internal long Connections => Interlocked.Read(ref _connections);

    internal long Active => Interlocked.Read(ref _active);

    internal long BytesToServer => Interlocked.Read(ref _toServer);

    internal long BytesToClient => Interlocked.Read(ref _toClient);

    internal void Opened()
    {
        Interlocked.Increment(ref _connections);
        Interlocked.Increment(ref _active);
        metrics.Opened(route);
    }

    internal void Moved(Direction direction, int count)
    {
        Interlocked.Add(ref direction == Direction.ToServer ? ref _toServer : ref _toClient, count);
        metrics.Moved(route, direction, count);
    }

    internal void Closed(Outcome outcome)
    {
        Interlocked.Decrement(ref _active);
        metrics.Closed(route, outcome);
    }
}
