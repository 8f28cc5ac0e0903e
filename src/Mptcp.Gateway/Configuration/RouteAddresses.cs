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
        MptcpMode? connectMode = connects is null ? null : check.Mode(nameof(options.ConnectMode), options.ConnectMode, isMptcp: connects.Length == 0 || connects[0].IsMptcp);
        if (options.RequireMptcpPeer && connectMode == MptcpMode.Disabled)
            check.Fail(nameof(options.RequireMptcpPeer), $"it needs mptcp@ in {nameof(options.Connect)}.");

        EndPoint[][]? targets = connects is null ? null : [.. connects.Select(connect => ReadTargets(options, listens, connect, check) ?? [])];
        return listens is null || targets is null || connectMode is null || targets.Any(each => each.Length == 0)
            ? null
            : new RouteAddresses([.. listens.Select((listen, i) => new Way(listen, [.. targets.Select(each => each[each.Length == 1 ? 0 : i])]))], connectMode.Value);
    }

    static ListenAddress[]? ReadListen(string route, MptcpGatewayRouteOptions options, RouteCheck check)
    {
        if (options.Listen?.StartsWith(Address.Systemd, StringComparison.Ordinal) == true)
            return ReadSystemd(options, check);

        if (check.Parse(nameof(options.Listen), options.Listen) is not { } listen || check.Mode(nameof(options.ListenMode), options.ListenMode, listen.IsMptcp) is not { } mode)
            return null;

        bool isTransparent = options.Mode == MptcpGatewayMode.Tproxy;
        if (options.Mode is MptcpGatewayMode.Redirect or MptcpGatewayMode.Tproxy)
        {
            if (!OperatingSystem.IsLinux())
                check.Fail(nameof(options.Mode), $"{options.Mode} needs Linux.");

            if (listen.IsMptcp)
                check.Fail(nameof(options.Listen), $"the mode {options.Mode} needs tcp@: the kernel does not report where an MPTCP connection went.");
        }

        return check.Try(nameof(options.Listen), () => Enumerable.Range(listen.Ports.First, listen.Ports.Count).Select(port => ToListen(listen.ToListenEndPoint(port))).ToArray());

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
            check.Fail(nameof(options.ListenMode), "the socket unit decides, with SocketProtocol=.");

        if (options.Mode == MptcpGatewayMode.Tproxy)
            check.Fail(nameof(options.Listen), $"set Transparent=yes in the socket unit, and the mode {nameof(MptcpGatewayMode.Redirect)} here.");

        return check.HasFailed ? null : [new ListenAddress { SystemdName = name }];
    }

    /// <summary>None if the client says where to connect to.</summary>
    static Address[]? ReadConnect(MptcpGatewayRouteOptions options, RouteCheck check)
    {
        if (options.Mode != MptcpGatewayMode.Forward)
        {
            if (options.Connect is not null)
                check.Fail(nameof(options.Connect), $"in the mode {options.Mode}, the client says where to connect to.");

            return [];
        }

        Address?[] addresses = [.. (options.Connect ?? "").Split(',', StringSplitOptions.TrimEntries).Select(text => check.Parse(nameof(options.Connect), text))];
        if (addresses.Any(address => address is null))
            return null;

        if (addresses.DistinctBy(address => address!.IsMptcp).Count() > 1)
            check.Fail(nameof(options.Connect), "all of its addresses must have the same protocol.");

        return [.. addresses.OfType<Address>()];
    }

    static EndPoint[]? ReadTargets(MptcpGatewayRouteOptions options, ListenAddress[]? listens, Address connect, RouteCheck check)
    {
        PortRange to = connect.Ports;
        if (listens is not null && to.Count != 1 && to.Count != listens.Length)
        {
            check.Fail(nameof(options.Connect), $"its {to.Count} ports ({to}) must be one, or as many as the {listens.Length} to listen on.");
            return null;
        }

        return check.Try(nameof(options.Connect), () => Enumerable.Range(to.First, to.Count).Select(connect.ToConnectEndPoint).ToArray());
    }
}
