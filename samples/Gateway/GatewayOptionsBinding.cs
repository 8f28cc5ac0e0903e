using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>Reads the options from the configuration.</summary>
sealed class GatewayOptionsBinding(IConfiguration configuration) : IConfigureOptions<GatewayOptions>
{
    public void Configure(GatewayOptions options)
    {
        try
        {
            configuration.GetSection(GatewayOptions.Section).Bind(options, binding => binding.ErrorOnUnknownConfiguration = true); // a slip of the pen is no default
        }
        catch (InvalidOperationException e) // not a number, no such setting
        {
            throw new OptionsValidationException(GatewayOptions.Section, typeof(GatewayOptions), [e.Message]);
        }
    }
}
