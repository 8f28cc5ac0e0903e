using Microsoft.Extensions.Configuration;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>The mode that a section of Kestrel's configuration asks for: the full key, and what it says, null if nothing.</summary>
sealed record ConfiguredMode(string Key, string? Value)
{
    internal static ConfiguredMode Of(IConfigurationSection section)
    {
        IConfigurationSection mptcp = section.GetSection("Mptcp");
        return new ConfiguredMode(mptcp.Path, mptcp.Value);
    }

    /// <summary>That of Kestrel's EndpointDefaults, for endpoints that ask for none themselves.</summary>
    internal static ConfiguredMode? OfDefaults(IConfiguration? kestrel) => kestrel is null ? null : Of(kestrel.GetSection("EndpointDefaults"));

    /// <summary>Null where the configuration says nothing.</summary>
    /// <exception cref="InvalidOperationException">The value is none of those allowed.</exception>
    internal MptcpMode? Read() => Value?.Trim().ToUpperInvariant() switch
    {
        null or "" => null,
        "PREFERRED" or "TRUE" => MptcpMode.Preferred,
        "REQUIRED" => MptcpMode.Required,
        "DISABLED" or "FALSE" => MptcpMode.Disabled,
        _ => throw new InvalidOperationException($"The value '{Value}' of {Key} must be Preferred (or true), Required, or Disabled (or false)."),
    };
}
