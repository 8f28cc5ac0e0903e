using System.Net.Sockets;
using Mptcp.Netlink.PathManager;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Checks <see cref="MptcpEndpointsOptions"/> without a kernel.</summary>
static class EndpointsOptionsRules
{
    const MptcpEndpointFlags Roles = MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Signal;

    internal static IEnumerable<string> FindProblems(MptcpEndpointsOptions options)
    {
        foreach (string pattern in options.Interfaces.FindProblems())
            yield return pattern;

        if (FindProblem(options.Flags) is { } flags)
            yield return flags;

        foreach ((int i, MptcpEndpointRule rule) in options.Rules.Index())
        {
            if (MptcpInterfaceSelection.FindProblem($"Rules:{i}:{nameof(rule.Match)}", rule.Match) is { } match)
                yield return match;

            if (rule.Family is not (null or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
                yield return $"Rules:{i}:{nameof(rule.Family)} must be InterNetwork or InterNetworkV6, not {rule.Family}.";

            if (rule.Flags is { } ruled && FindProblem(ruled) is { } problem)
                yield return $"Rules:{i}: {problem}";
        }

        if (!Enum.IsDefined(options.Routing))
        {
            yield return
                $"{nameof(options.Routing)} must be {string.Join(", ", Enum.GetNames<MptcpRoutingMode>())}, not {options.Routing}.";
        }

        const int last = int.MaxValue - MptcpEndpointPlan.OwnIds + 1;
        if (options.FirstRoutingTable is <= byte.MaxValue or > last)
        {
            yield return
                $"{nameof(options.FirstRoutingTable)} must be from {byte.MaxValue + 1} to {last}, not {options.FirstRoutingTable}.";
        }

        if (options.AcceptedAddresses is < 0 or > MptcpPathManager.NewMaximum)
        {
            yield return
                $"{nameof(options.AcceptedAddresses)} must be from 0 to {MptcpPathManager.NewMaximum}, not {options.AcceptedAddresses}.";
        }
    }

    static string? FindProblem(MptcpEndpointFlags flags)
    {
        if ((flags & Roles) == 0)
        {
            return $"{nameof(MptcpEndpointsOptions.Flags)} must contain {nameof(MptcpEndpointFlags.Subflow)}, "
                + $"{nameof(MptcpEndpointFlags.Signal)} or both, not {flags}: the kernel uses no endpoint without them.";
        }

        try
        {
            EndpointRules.CheckFlags(flags);
            return null;
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
    }
}
