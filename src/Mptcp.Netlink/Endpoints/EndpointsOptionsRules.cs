using Mptcp.Netlink.PathManager;

namespace Mptcp.Netlink.Endpoints;

/// <summary>What endpoints' options can be.</summary>
static class EndpointsOptionsRules
{
    const MptcpEndpointFlags Roles = MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Signal;

    internal static IEnumerable<string> FindProblems(MptcpEndpointsOptions options)
    {
        if (options.Interfaces.FindProblem() is { } pattern)
            yield return pattern;

        if (FindProblem(options.Flags) is { } flags)
            yield return flags;

        if (options.AcceptedAddresses is < 0 or > MptcpPathManager.NewMaximum)
            yield return $"{nameof(options.AcceptedAddresses)} is from 0 to {MptcpPathManager.NewMaximum}, not {options.AcceptedAddresses}.";
    }

    static string? FindProblem(MptcpEndpointFlags flags)
    {
        if ((flags & Roles) == 0)
            return $"{nameof(MptcpEndpointsOptions.Flags)} is {nameof(MptcpEndpointFlags.Subflow)}, {nameof(MptcpEndpointFlags.Signal)} or both, and more, not {flags}: otherwise no path comes of it.";

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
