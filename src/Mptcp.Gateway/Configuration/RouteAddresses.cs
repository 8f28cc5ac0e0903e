using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>The addresses of a route, in pairs.</summary>
sealed record RouteAddresses(IReadOnlyList<Way> Ways, MptcpMode ConnectMode)
{
    /// <summary>Reads them, or says what is wrong.</summary>
    internal static RouteAddresses? Read(string route, MptcpGatewayRouteOptions options, RouteCheck check)
    {
        ListenAddress[]? listens = ReadListen(route, options, check);
        Address[]? connects = ReadConnect(options, check);
        if (connects is null)
            return null;

        MptcpMode? connectMode = check.Mode(
            nameof(options.ConnectMode), options.ConnectMode, isMptcp: connects.Length == 0 || connects[0].IsMptcp);
        if (options.RequireMptcpPeer && connectMode == MptcpMode.Disabled)
            check.Fail(nameof(options.RequireMptcpPeer), $"it needs mptcp@ in {nameof(options.Connect)}.");

        EndPoint[][] targets = [.. connects.Select(connect => ReadTargets(options, listens, connect, check) ?? [])];
        return listens is null || connectMode is null || targets.Any(each => each.Length == 0)
            ? null
            : new RouteAddresses([.. listens.Select(ToWay)], connectMode.Value);

        Way ToWay(ListenAddress listen, int i) => new(listen, [.. targets.Select(ports => ports[ports.Length == 1 ? 0 : i])]);
    }

    static ListenAddress[]? ReadListen(string route, MptcpGatewayRouteOptions options, RouteCheck check)
    {
        if (options.Listen?.StartsWith(Address.Systemd, StringComparison.Ordinal) == true)
            return ReadSystemd(options, check);

        if (check.Parse(nameof(options.Listen), options.Listen) is not { } listen)
            return null;

        if (check.Mode(nameof(options.ListenMode), options.ListenMode, listen.IsMptcp) is not { } mode)
            return null;

        bool isTransparent = options.Mode == MptcpGatewayMode.Tproxy;
        if (options.Mode is MptcpGatewayMode.Redirect or MptcpGatewayMode.Tproxy)
        {
            if (!OperatingSystem.IsLinux())
                check.Fail(nameof(options.Mode), $"{options.Mode} needs Linux.");

            if (listen.IsMptcp)
            {
                const string reason = "the kernel does not report the original destination of an MPTCP connection";
                check.Fail(nameof(options.Listen), $"the mode {options.Mode} needs tcp@: {reason}.");
            }
        }

        IEnumerable<int> ports = Enumerable.Range(listen.Ports.First, listen.Ports.Count);
        return check.Try(nameof(options.Listen), () => ports.Select(port => ToListen(listen.ToListenEndPoint(port))).ToArray());

        ListenAddress ToListen(IPEndPoint endPoint) => new()
        {
            EndPoint = endPoint,
            Mode = mode,
            DualMode = endPoint.Address.Equals(IPAddress.IPv6Any) && listen.Family == AddressFamily.Unspecified,
            IsTransparent = isTransparent,
            Owner = endPoint.Port == 0 ? route : null,
        };
    }

    static ListenAddress[]? ReadSystemd(MptcpGatewayRouteOptions options, RouteCheck check)
    {
        string name = options.Listen![Address.Systemd.Length..];
        if (name.Length == 0)
            check.Fail(nameof(options.Listen), $"{Address.Systemd} needs the FileDescriptorName= of a socket unit.");

        if (options.ListenMode is not null)
            check.Fail(nameof(options.ListenMode), "remove it: SocketProtocol= of the socket unit decides.");

        if (options.Mode == MptcpGatewayMode.Tproxy)
        {
            const string remedy = $"set Transparent=yes in the socket unit, and the mode {nameof(MptcpGatewayMode.Redirect)} here";
            check.Fail(nameof(options.Listen), $"the mode {options.Mode} cannot use a socket of systemd: {remedy}.");
        }

        return check.HasFailed ? null : [new ListenAddress { SystemdName = name }];
    }

    /// <summary>None if the client says where to connect to.</summary>
    static Address[]? ReadConnect(MptcpGatewayRouteOptions options, RouteCheck check)
    {
        if (options.Mode != MptcpGatewayMode.Forward)
        {
            if (options.Connect is not null)
                check.Fail(nameof(options.Connect), $"remove it: in the mode {options.Mode}, each client has its own destination.");

            return [];
        }

        string[] texts = (options.Connect ?? "").Split(',', StringSplitOptions.TrimEntries);
        Address?[] addresses = [.. texts.Select(text => check.Parse(nameof(options.Connect), text))];
        if (addresses.Any(address => address is null))
            return null;

        if (addresses.DistinctBy(address => address!.IsMptcp).Count() > 1)
            check.Fail(nameof(options.Connect), "its addresses mix tcp@ and mptcp@. Use the same protocol for all.");

        return [.. addresses.OfType<Address>()];
    }

    static EndPoint[]? ReadTargets(MptcpGatewayRouteOptions options, ListenAddress[]? listens, Address connect, RouteCheck check)
    {
        PortRange to = connect.Ports;
        if (listens is not null && to.Count != 1 && to.Count != listens.Length)
        {
            string wanted = $"Use one port, or as many as {nameof(options.Listen)} has";
            check.Fail(nameof(options.Connect), $"it has {to.Count} ports ({to}). {wanted}: {listens.Length}.");
            return null;
        }

        return check.Try(nameof(options.Connect), () => Enumerable.Range(to.First, to.Count).Select(connect.ToConnectEndPoint).ToArray());
    }
}
