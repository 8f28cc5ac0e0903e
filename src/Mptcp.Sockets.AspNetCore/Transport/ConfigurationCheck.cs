using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Checks the configuration before Kestrel binds. Kestrel would wrap an error during binding, or mistake it for a missing address family.
/// </summary>
sealed class ConfigurationCheck : IPostConfigureOptions<KestrelServerOptions>
{
    public void PostConfigure(string? name, KestrelServerOptions options)
    {
        ConfiguredMode.OfDefaults(options.ConfigurationLoader?.Configuration)?.Read();
        List<ConfiguredEndpoint> seen = [];
        foreach (ConfiguredEndpoint endpoint in ConfiguredEndpoint.Read(options.ConfigurationLoader?.Configuration))
        {
            MptcpMode? mode = endpoint.Mode.Read();
            ConfiguredEndpoint? conflicting = endpoint.HasDynamicPort ? seen.Find(other => other.HasSameAddress(endpoint) && other.Mode.Read() != mode) : null;
            if (conflicting is not null)
            {
                throw new InvalidOperationException(
                    $"{conflicting.Mode.Key} and {endpoint.Mode.Key} are different, but both endpoints have the same address and port 0, so their modes cannot be assigned. Give one of them a port.");
            }

            seen.Add(endpoint);
        }
    }
}
