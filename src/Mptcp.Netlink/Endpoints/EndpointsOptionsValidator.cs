using Microsoft.Extensions.Options;
using Mptcp.Netlink.PathManager;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Says what is wrong with the options when the host starts.</summary>
sealed class EndpointsOptionsValidator : IValidateOptions<MptcpEndpointsOptions>
{
    const MptcpEndpointFlags Roles = MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Signal;

    public ValidateOptionsResult Validate(string? name, MptcpEndpointsOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    static IEnumerable<string> Problems(MptcpEndpointsOptions options)
    {
        if (options.Interfaces.FindProblem() is { } pattern)
            yield return pattern;

        if (FindProblem(options.Flags) is { } flags)
            yield return flags;

        if (options.AcceptedAddresses is < 0 or > EndpointPlan.MostSubflows)
            yield return $"{nameof(options.AcceptedAddresses)} is from 0 to {EndpointPlan.MostSubflows}, not {options.AcceptedAddresses}.";
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
