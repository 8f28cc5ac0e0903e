using System.Net;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Refuses, before anything is touched, what this kernel would refuse or ignore later.</summary>
sealed class EndpointsStartCheck(MptcpPathManager manager, HostReader reader, MptcpEndpointsOptions options)
{
    const MptcpEndpointFlags ProbedFlags = MptcpEndpointFlags.FullMesh | MptcpEndpointFlags.Laminar; // not all kernels know these

    static readonly IPAddress s_nobody = IPAddress.Parse("192.0.2.1"); // of documentation, RFC 5737

    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This kernel ignores one of the flags.</exception>
    /// <exception cref="OptionsValidationException">A limit is more than this kernel allows, or another program uses a routing table.</exception>
    internal void Check()
    {
        manager.CheckPrivilege();
        CheckLimit();
        CheckTables();
        CheckFlags();
    }

    void CheckLimit()
    {
        if (options.AcceptedAddresses > manager.GetMaximum())
            throw Wrong($"{nameof(options.AcceptedAddresses)} is from 0 to {manager.GetMaximum()} on this kernel, not {options.AcceptedAddresses}.");
    }

    void CheckTables()
    {
        if (options.Routing != MptcpRoutingMode.Manage)
            return;

        int last = options.FirstRoutingTable + MptcpEndpointPlan.LastOwnId - MptcpEndpointPlan.FirstOwnId;
        long? taken = reader.ReadRoutes(route => IsTaken(route.Table, route.Protocol)).Select(route => (long?)route.Table)
            .Concat(reader.ReadRules().Where(rule => IsTaken(rule.Table, rule.Protocol)).Select(rule => (long?)rule.Table))
            .FirstOrDefault();
        if (taken is not null)
        {
            throw Wrong(
                $"{nameof(options.FirstRoutingTable)} is {options.FirstRoutingTable}, and another program uses the routing table {taken}: choose a number such that no table up to {last - options.FirstRoutingTable} above it is in use.");
        }

        bool IsTaken(long table, byte protocol) => table >= options.FirstRoutingTable && table <= last && protocol != MptcpEndpointPlan.RoutingProtocol;
    }

    /// <summary>Adds an endpoint that nobody can use. Its flags are what the kernel knows of those that are asked for.</summary>
    void CheckFlags()
    {
        foreach (MptcpEndpointFlags flags in options.Rules.Select(rule => rule.Flags ?? 0).Prepend(options.Flags).Where(flags => (flags & ProbedFlags) != 0).Distinct())
        {
            if (manager.GetEndpoints().Count < manager.GetMaximum())
                manager.RemoveEndpoint(manager.AddEndpoint(s_nobody, flags).Id);
        }
    }

    static OptionsValidationException Wrong(string problem) => new(Options.DefaultName, typeof(MptcpEndpointsOptions), [problem]);
}
