using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>Finds the errors of a route, and reports each with the key of the configuration.</summary>
sealed class RouteCheck(string section, ICollection<string> errors)
{
    internal bool HasFailed { get; private set; }

    internal void Fail(string key, string what)
    {
        HasFailed = true;
        errors.Add($"{section}:{key}: {what}");
    }

    internal Address? Parse(string key, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Fail(key, "it is missing. Write an address such as mptcp@127.0.0.1:8080.");
            return null;
        }

        return Try(key, () => Address.Parse(text));
    }

    internal MptcpMode? Mode(string key, MptcpMode? wanted, Address? address)
    {
        if (address is null)
            return null;

        if (!address.IsMptcp && wanted is MptcpMode.Preferred or MptcpMode.Required)
            Fail(key, $"{wanted} contradicts an address without mptcp@.");

        if (address.IsMptcp && wanted is MptcpMode.Disabled)
            Fail(key, $"{wanted} contradicts an address with mptcp@.");

        return wanted ?? (address.IsMptcp ? MptcpMode.Preferred : MptcpMode.Disabled);
    }

    internal IReadOnlyList<Way>? Ways(string route, Address listen, MptcpMode mode, Address connect)
    {
        (PortRange from, PortRange to) = (listen.Ports, connect.Ports);
        if (to.Count != 1 && to.Count != from.Count)
        {
            Fail(nameof(MptcpGatewayRouteOptions.Connect), $"it has {to.Count} ports ({to}). Use one port, or as many as the {from.Count} to listen on ({from}).");
            return null;
        }

        IPEndPoint[]? listens = Try(nameof(MptcpGatewayRouteOptions.Listen), () => Enumerable.Range(from.First, from.Count).Select(listen.ToListenEndPoint).ToArray());
        EndPoint[]? connects = Try(nameof(MptcpGatewayRouteOptions.Connect), () => Enumerable.Range(to.First, to.Count).Select(connect.ToConnectEndPoint).ToArray());
        return listens is null || connects is null ? null : [.. listens.Select((endPoint, i) => new Way(ToListen(endPoint), connects[connects.Length == 1 ? 0 : i]))];

        ListenAddress ToListen(IPEndPoint endPoint) => new(
            endPoint, mode, endPoint.Address.Equals(IPAddress.IPv6Any) && listen.Family == AddressFamily.Unspecified, endPoint.Port == 0 ? route : null);
    }

    internal void Positive(string key, TimeSpan? time)
    {
        if (time is { } given && (given <= TimeSpan.Zero || given.TotalMilliseconds > int.MaxValue))
            Fail(key, $"{given} must be greater than 0 and at most {TimeSpan.FromMilliseconds(int.MaxValue)}.");
    }

    internal void Range(string key, int value, int least, int most)
    {
        if (value < least || value > most)
            Fail(key, $"{value} must be from {least} to {most}.");
    }

    T? Try<T>(string key, Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            Fail(key, e.Message);
            return null;
        }
    }
}
