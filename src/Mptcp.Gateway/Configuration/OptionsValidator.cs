using Microsoft.Extensions.Options;

namespace Mptcp.Gateway.Configuration;

/// <summary>Stops a start with invalid options, and reports every problem at once.</summary>
sealed class OptionsValidator : IValidateOptions<MptcpGatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, MptcpGatewayOptions options)
    {
        RouteTable.TryCreate(options, out IReadOnlyList<string> errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
