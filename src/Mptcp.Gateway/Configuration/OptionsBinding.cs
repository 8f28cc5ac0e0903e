using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mptcp.Gateway.Configuration;

/// <summary>Reads the options from the configuration.</summary>
static class OptionsBinding
{
    internal static void Bind(IConfiguration configuration, MptcpGatewayOptions options)
    {
        options.Section = (configuration as IConfigurationSection)?.Path;
        try
        {
            configuration.Bind(options, binding => binding.ErrorOnUnknownConfiguration = true); // a misspelt key is an error
        }
        catch (InvalidOperationException e) // not a number, no such setting
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(MptcpGatewayOptions), [e.Message]);
        }
    }
}
