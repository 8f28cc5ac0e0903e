using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>Adds and removes default routes and rules of the routing policy. Not thread-safe.</summary>
sealed class RouteWriter(NetlinkSocket socket)
{
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    internal void Do(MptcpRoutingAction action)
    {
        bool isAdded = action.Kind == MptcpEndpointActionKind.Add;
        string verb = isAdded ? "add" : "remove";
        if (action.Route is { } route)
            Write(route, isAdded, $"{verb} a default route over interface {route.InterfaceIndex} in the routing table {route.Table}");
        else if (action.Rule is { } rule)
            Write(rule, isAdded, $"{verb} a rule from {rule.From} to the routing table {rule.Table}");
    }

    void Write(MptcpHostRoute route, bool isAdded, string purpose)
    {
        var request = new NetlinkMessageWriter(
            stackalloc byte[NetlinkMessageWriter.Enough],
            isAdded ? RTM_NEWROUTE : RTM_DELROUTE,
            (ushort)(NLM_F_ACK | (isAdded ? NLM_F_CREATE | NLM_F_REPLACE : 0)));
        Span<byte> header = request.Header(rtmsg.Size);
        bool isIPv4 = route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork;
        header[rtmsg.rtm_family] = (byte)(isIPv4 ? AF_INET : AF_INET6);
        header[rtmsg.rtm_protocol] = route.Protocol;
        header[rtmsg.rtm_type] = route.Kind;
        header[rtmsg.rtm_scope] = !isAdded ? RT_SCOPE_NOWHERE : route.Gateway is null && isIPv4 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
        if (isAdded && route.Gateway is not null)
            MemoryMarshal.Write(header[rtmsg.rtm_flags..], RTNH_F_ONLINK); // in many clouds, the router is in another network

        request.UInt32(RTA_TABLE, (uint)route.Table);
        request.Int32(RTA_OIF, route.InterfaceIndex);
        if (route.Gateway is { } gateway)
            WriteGateway(ref request, gateway, route.Destination.BaseAddress.AddressFamily);

        socket.Request(request, purpose);
    }

    /// <summary>Writes a router. An IPv4 route may have an IPv6 router (<c>RTA_VIA</c>: a family before the address).</summary>
    static void WriteGateway(ref NetlinkMessageWriter request, IPAddress gateway, AddressFamily family)
    {
        byte[] address = gateway.GetAddressBytes();
        if (gateway.AddressFamily == family)
        {
            request.Bytes(RTA_GATEWAY, address);
            return;
        }

        Span<byte> via = stackalloc byte[sizeof(ushort) + address.Length];
        MemoryMarshal.Write(via, (ushort)(gateway.AddressFamily == AddressFamily.InterNetwork ? AF_INET : AF_INET6));
        address.CopyTo(via[sizeof(ushort)..]);
        request.Bytes(RTA_VIA, via);
    }

    void Write(MptcpHostRule rule, bool isAdded, string purpose)
    {
        var request = new NetlinkMessageWriter(
            stackalloc byte[NetlinkMessageWriter.Enough],
            isAdded ? RTM_NEWRULE : RTM_DELRULE,
            (ushort)(NLM_F_ACK | (isAdded ? NLM_F_CREATE | NLM_F_EXCL : 0)));
        Span<byte> header = request.Header(fib_rule_hdr.Size);
        header[fib_rule_hdr.family] = (byte)(rule.AddressFamily == AddressFamily.InterNetwork ? AF_INET : AF_INET6);
        header[fib_rule_hdr.action] = rule.Action;
        if (rule.From is { } from)
        {
            header[fib_rule_hdr.src_len] = (byte)from.PrefixLength;
            request.Bytes(FRA_SRC, from.BaseAddress.GetAddressBytes());
        }

        request.UInt32(FRA_PRIORITY, (uint)rule.Priority);
        request.UInt32(FRA_TABLE, (uint)rule.Table);
        request.Byte(FRA_PROTOCOL, rule.Protocol);
        if (rule.SuppressedPrefixLength is { } length)
            request.Int32(FRA_SUPPRESS_PREFIXLEN, length);

        socket.Request(request, purpose);
    }
}
