using System.Text;
using System.Text.Json;
using Mptcp.Netlink;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Netlink.Interop;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Fuzz.Parsers;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Fuzz;

/// <summary>The parsers of Mptcp.Netlink: datagrams of the kernel, and snapshots of other hosts. Kernel data that makes no sense is an <see cref="InvalidDataException"/>.</summary>
static class NetlinkParsers
{
    delegate void Parse(NetlinkMessage message);

    internal static void Diag(ReadOnlySpan<byte> input) => ForEach(input, message =>
    {
        MptcpConnection connection = ConnectionParser.Parse(message, hasEndpointKinds: true);
        Demand(connection is { ReceiveQueue: >= 0, SendQueue: >= 0, Inode: >= 0 }, "no quantity is below 0");
        connection.LocalEndPoint.ToString();
        connection.RemoteEndPoint.ToString();
        if (ConnectionSubflowParser.TryParse(message, out _, out MptcpConnectionSubflow subflow))
            Demand(subflow.Tcp is { BytesSent: null or >= 0, PacingRate: null or >= 0 }, "no quantity is below 0");
    });

    internal static void Events(ReadOnlySpan<byte> input) => ForEach(input, message => Demand(EventParser.Parse(message).ToString()!.Length > 0, "each event has a text"));

    internal static void Endpoints(ReadOnlySpan<byte> input) => ForEach(input, message =>
    {
        HostEndpoint.Parse(message);
        if (message.GenericCommand == MPTCP_PM_CMD_GET_LIMITS)
            Demand(EndpointParser.ParseLimits(message) is { ExtraSubflows: >= 0, AcceptedAddresses: >= 0 }, "no limit is below 0");
        else
            EndpointParser.Parse(message).ToString();
    });

    internal static void Netlink(ReadOnlySpan<byte> input) => ForEach(input, message =>
    {
        if (message.Type is NLMSG_ERROR or NLMSG_DONE)
        {
            NetlinkRefusal refusal = NetlinkRefusal.Parse(message);
            Demand(refusal.Errno >= 0, "an error is no negative number");
            Demand(MptcpPathManager.ParseMaximum(refusal.Message) > 0, "the highest limit is above 0");
            return;
        }

        GenericNetlinkFamily.Parse(message);
    });

    internal static void Routes(ReadOnlySpan<byte> input) => ForEach(input, message =>
    {
        switch (message.Type)
        {
            case RouteConstants.RTM_NEWLINK:
                Demand(LinkMessage.Parse(message).Name is not null, "an interface has a name");
                break;
            case RouteConstants.RTM_NEWADDR when AddressMessage.Parse(message) is { } address:
                InterfaceTable.Build([new LinkMessage(address.Index, "eth0", 1)], [address], _ => null).ToString();
                break;
            case RouteConstants.RTM_NEWROUTE:
                foreach (MptcpHostRoute route in RouteMessage.Parse(message))
                    Demand(route.Destination.PrefixLength <= 128 && route.Metric >= 0 && route.Table >= 0, "a route has no impossible values");

                break;
            case RouteConstants.RTM_NEWRULE when RuleMessage.Parse(message) is { } rule:
                Demand(rule.Priority >= 0, "a priority is not below 0");
                break;
        }
    });

    /// <summary>A snapshot may come from another host: it is refused with a <see cref="JsonException"/>, or can be examined.</summary>
    internal static void Snapshot(ReadOnlySpan<byte> input)
    {
        MptcpHostSnapshot host;
        try
        {
            host = MptcpHostSnapshot.FromJson(Encoding.UTF8.GetString(input));
        }
        catch (JsonException)
        {
            return;
        }

        foreach (MptcpFinding finding in MptcpDoctor.Examine(host))
            Demand(finding.ToString().Length > 0, "each finding has a text");

        MptcpEndpointPlan.Create(host, new MptcpEndpointsOptions());
        MptcpHostSnapshot.FromJson(host.ToJson());
    }

    static void ForEach(ReadOnlySpan<byte> input, Parse parse)
    {
        try
        {
            foreach (NetlinkMessage message in new NetlinkMessages(input))
                parse(message);
        }
        catch (InvalidDataException)
        {
        }
    }
}
