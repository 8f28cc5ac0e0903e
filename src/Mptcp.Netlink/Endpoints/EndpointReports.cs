using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Telemetry;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Logs why addresses are not endpoints, and which settings of the host interfere with paths. Each problem is logged once, and again if it
/// returns.
/// </summary>
sealed class EndpointReports(MptcpEndpointsOptions options, ILogger logger)
{
    readonly HashSet<(IPAddress Address, MptcpEndpointReason Reason)> _skipped = [];
    readonly HashSet<int> _filtered = [];
    readonly HashSet<IPAddress> _misrouted = [];
    bool _patternsAreChecked;

    internal void Report(MptcpHostSnapshot host, MptcpEndpointPlan plan)
    {
        if (!_patternsAreChecked)
            ReportPatterns(host);

        _patternsAreChecked = true;
        ReportSkipped(plan);
        if (options.Routing == MptcpRoutingMode.Off)
            return;

        ReportFilters(host, plan);
        if (plan.Routing.Count == 0)
            ReportMisrouted(host, plan);
    }

    /// <summary>An interface may appear later, such as a modem, so a pattern without a match is not an error.</summary>
    void ReportPatterns(MptcpHostSnapshot host)
    {
        string names = string.Join(", ", host.Interfaces.Where(network => !network.IsLoopback).Select(network => network.Name));
        IEnumerable<(string, string)> rules = options.Rules.Select(
            (rule, i) => ($"{nameof(options.Rules)}:{i}:{nameof(rule.Match)}", rule.Match));
        foreach ((string key, string pattern) in options.Interfaces.FindExpected().Concat(rules))
        {
            if (!host.Interfaces.Any(network => MptcpInterfaceSelection.Matches(pattern, network.Name)))
                Log.PatternUnmatched(logger, key, pattern, names);
        }
    }

    void ReportSkipped(MptcpEndpointPlan plan)
    {
        MptcpEndpointAction[] skipped = [.. plan.Actions.Where(action => action.Kind == Skip && !IsExpected(action.Reason))];
        foreach (MptcpEndpointAction action in skipped)
        {
            (MptcpEndpoint endpoint, MptcpEndpointReason reason) = (action.Endpoint, action.Reason);
            if (!_skipped.Add((endpoint.Address, reason)))
                continue;

            switch (reason)
            {
                case MptcpEndpointReason.TakenByOther:
                    Log.EndpointTaken(logger, endpoint.Address, action.Explanation);
                    break;
                case MptcpEndpointReason.NoRoom:
                    Log.NoRoom(logger, endpoint.Address, endpoint.InterfaceName);
                    break;
                default:
                    Log.EndpointSkipped(logger, endpoint.Address, endpoint.InterfaceName, action.Explanation);
                    break;
            }
        }

        _skipped.IntersectWith(skipped.Select(action => (action.Endpoint.Address, action.Reason)));
    }

    static bool IsExpected(MptcpEndpointReason reason) => reason is MptcpEndpointReason.NotSelected or MptcpEndpointReason.UnsuitableAddress
        or MptcpEndpointReason.AddedByOther or MptcpEndpointReason.InterfaceDown;

    /// <summary>
    /// With a strict filter, the kernel drops packets that arrive on another interface than the one by which answers leave.
    /// </summary>
    void ReportFilters(MptcpHostSnapshot host, MptcpEndpointPlan plan)
    {
        const int strict = 1;
        HashSet<int> used =
        [
            .. plan.Actions.Where(action => action.Kind is Add or Keep).Select(action => action.Endpoint)
                .Where(endpoint => endpoint.Address.AddressFamily == AddressFamily.InterNetwork)
                .Select(endpoint => endpoint.InterfaceIndex),
        ];
        MptcpInterface[] filtered =
            [.. host.Interfaces.Where(network => network.ReversePathFilter == strict && used.Contains(network.Index))];
        foreach (MptcpInterface network in filtered.Where(network => used.Count > 1 && _filtered.Add(network.Index)))
            Log.ReversePathFiltered(logger, network.Name);

        _filtered.IntersectWith(filtered.Select(network => network.Index));
    }

    /// <summary>
    /// The kernel binds the subflows that this host opens to their interface, but not those that peers open to an announced address.
    /// </summary>
    void ReportMisrouted(MptcpHostSnapshot host, MptcpEndpointPlan plan)
    {
        HashSet<IPAddress> misrouted = [];
        IEnumerable<MptcpEndpointAction> used = plan.Actions.Where(action => action.Kind is Keep or Change or Add);
        foreach (MptcpEndpoint endpoint in used.Select(action => action.Endpoint))
        {
            MptcpHostRoute? route = host.Interfaces.FirstOrDefault(network => network.Index == endpoint.InterfaceIndex)?.Addresses
                .FirstOrDefault(address => address.Address.Equals(endpoint.Address))?.ReplyRoute;
            if ((endpoint.Flags & MptcpEndpointFlags.Signal) == 0 || route?.InterfaceIndex == endpoint.InterfaceIndex)
                continue;

            string other = host.Interfaces.FirstOrDefault(network => network.Index == route?.InterfaceIndex)?.Name ?? "no interface";
            misrouted.Add(endpoint.Address);
            if (_misrouted.Add(endpoint.Address))
                Log.AnswersLeaveElsewhere(logger, endpoint.Address, endpoint.InterfaceName, other);
        }

        _misrouted.IntersectWith(misrouted);
    }
}
