using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>Stops a start with a bad configuration, and says everything that is wrong with it at once.</summary>
sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        List<string> errors = [];
        if (options.Routes.Count == 0)
            errors.Add($"{GatewayOptions.Section}:Routes: there are none.");

        foreach ((string route, RouteOptions routeOptions) in options.Routes)
            Route.TryCreate(route, routeOptions, errors);

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
