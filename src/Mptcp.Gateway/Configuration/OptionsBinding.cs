using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Mptcp.Gateway.Configuration;

/// <summary>Reads the options from the configuration.</summary>
static class OptionsBinding
{
    /// <exception cref="OptionsValidationException">A key is not a setting, or a value cannot be converted.</exception>
    internal static void Bind(IConfiguration configuration, MptcpGatewayOptions options)
    {
        options.Section = (configuration as IConfigurationSection)?.Path;
        if (UnknownSettings.Find(configuration).ToArray() is { Length: > 0 } problems)
            throw Invalid(problems);

        try
        {
            configuration.Bind(options, binding => binding.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException e)
        {
            throw Invalid(e.Message);
        }
    }

    static OptionsValidationException Invalid(params string[] problems) => new(Options.DefaultName, typeof(MptcpGatewayOptions), problems);
}
