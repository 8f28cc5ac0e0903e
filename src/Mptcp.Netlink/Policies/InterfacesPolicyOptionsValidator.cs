using Microsoft.Extensions.Options;

namespace Mptcp.Netlink.Policies;

/// <summary>Says what is wrong with the options when the host starts.</summary>
sealed class InterfacesPolicyOptionsValidator : IValidateOptions<MptcpInterfacesPolicyOptions>
{
    public ValidateOptionsResult Validate(string? name, MptcpInterfacesPolicyOptions options)
    {
        string[] problems = [.. options.FindProblems()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
