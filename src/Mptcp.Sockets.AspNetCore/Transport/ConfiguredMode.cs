using Microsoft.Extensions.Configuration;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>The key <c>Mptcp</c> of a section in Kestrel's configuration, with its full path, and its value or null.</summary>
sealed record ConfiguredMode(string Key, string? Value)
{
    internal static ConfiguredMode Of(IConfigurationSection section)
    {
        IConfigurationSection mptcp = section.GetSection("Mptcp");
        return new ConfiguredMode(mptcp.Path, mptcp.Value);
    }

    /// <summary>Returns the key of EndpointDefaults, which applies to endpoints without a mode of their own.</summary>
    internal static ConfiguredMode? OfDefaults(IConfiguration? kestrel) => kestrel is null ? null : Of(kestrel.GetSection("EndpointDefaults"));

    /// <summary>Returns the mode, or null if the key has no value.</summary>
    /// <exception cref="InvalidOperationException">The value is unknown.</exception>
    internal MptcpMode? Read() => Value?.Trim().ToUpperInvariant() switch
    {
        null or "" => null,
        "PREFERRED" or "TRUE" or "1" => MptcpMode.Preferred,
        "REQUIRED" => MptcpMode.Required,
        "DISABLED" or "FALSE" or "0" => MptcpMode.Disabled,
        _ => throw new InvalidOperationException($"The value '{Value}' of {Key} must be Preferred (or true or 1), Required, or Disabled (or false or 0)."),
    };
}
