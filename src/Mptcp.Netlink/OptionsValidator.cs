using Microsoft.Extensions.Options;

namespace Mptcp.Netlink;

/// <summary>Reports invalid options when the host starts.</summary>
sealed class OptionsValidator<TOptions>(Func<TOptions, IEnumerable<string>> findProblems) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        string[] problems = [.. findProblems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
