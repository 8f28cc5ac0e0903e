using System.Net;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Refuses, before anything is touched, what this kernel would refuse or ignore later.</summary>
sealed class EndpointsStartCheck(MptcpPathManager manager, HostReader reader, MptcpEndpointsOptions options)
{
    const MptcpEndpointFlags RecentFlags = MptcpEndpointFlags.FullMesh | MptcpEndpointFlags.Laminar; // not all kernels know these

    static readonly IPAddress s_nobody = IPAddress.Parse("192.0.2.1"); // for documentation, RFC 5737

    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This kernel ignores one of the flags.</exception>
    /// <exception cref="OptionsValidationException">
    /// A limit is more than this kernel allows, or another program uses a routing table.
    /// </exception>
    internal void Check()
    {
        manager.CheckPrivilege();
        CheckLimit();
        CheckTables();
        CheckFlags();
    }

    void CheckLimit()
    {
        int maximum = manager.GetMaximum();
        if (options.AcceptedAddresses > maximum)
            throw Wrong(
                $"{nameof(options.AcceptedAddresses)} must be from 0 to {maximum} on this kernel, not {options.AcceptedAddresses}.");
    }

    void CheckTables()
    {
        if (options.Routing != MptcpRoutingMode.Manage)
            return;

        int last = options.FirstRoutingTable + MptcpEndpointPlan.OwnIds - 1;
        long? taken = reader.ReadRoutes(route => IsTaken(route.Table, route.Protocol)).Select(route => (long?)route.Table)
            .Concat(reader.ReadRules().Where(rule => IsTaken(rule.Table, rule.Protocol)).Select(rule => (long?)rule.Table))
            .FirstOrDefault();
        if (taken is not null)
        {
            throw Wrong(
                $"{nameof(options.FirstRoutingTable)} is {options.FirstRoutingTable}, and another program uses the routing table {taken}. "
                + $"Choose a number such that no program uses it or one of the {last - options.FirstRoutingTable} tables above it.");
        }

        bool IsTaken(long table, byte protocol) =>
            table >= options.FirstRoutingTable && table <= last && protocol != MptcpEndpointPlan.RoutingProtocol;
    }

    /// <summary>
    /// Adds an endpoint without a role, and removes it. The kernel opens no subflow from it, and does not announce it. Its flags show which
    /// ones the kernel knows.
    /// </summary>
    void CheckFlags()
    {
        foreach (MptcpEndpointFlags flags in FindProbed(options))
        {
            IReadOnlyList<MptcpEndpoint> existing = manager.GetEndpoints();
            if (existing.Count < manager.GetMaximumEndpoints())
                manager.RemoveEndpoint(manager.AddEndpoint(EndpointPlanner.WithFreeId(new(s_nobody, flags), existing)).Id);
        }
    }

    /// <summary>Returns the flags to probe, each once.</summary>
    internal static IEnumerable<MptcpEndpointFlags> FindProbed(MptcpEndpointsOptions options) =>
        options.Rules.Select(rule => rule.Flags ?? 0).Prepend(options.Flags)
            .Select(flags => flags & RecentFlags).Where(flags => flags != 0).Distinct();

    static OptionsValidationException Wrong(string problem) => new(Options.DefaultName, typeof(MptcpEndpointsOptions), [problem]);
}
