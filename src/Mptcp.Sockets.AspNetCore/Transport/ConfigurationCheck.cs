using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>Looks at the configuration before Kestrel binds anything: what it meets while binding, it wraps, or takes for an address family that is missing.</summary>
sealed class ConfigurationCheck : IPostConfigureOptions<KestrelServerOptions>
{
    public void PostConfigure(string? name, KestrelServerOptions options)
    {
        ConfiguredMode.OfDefaults(options.ConfigurationLoader?.Configuration)?.Read();
        List<ConfiguredEndpoint> seen = [];
        foreach (ConfiguredEndpoint endpoint in ConfiguredEndpoint.Read(options.ConfigurationLoader?.Configuration))
        {
            MptcpMode? mode = endpoint.Mode.Read();
            ConfiguredEndpoint? twin = endpoint.HasSystemsPort ? seen.Find(other => other.HasSameAddress(endpoint) && other.Mode.Read() != mode) : null;
            if (twin is not null)
            {
                throw new InvalidOperationException(
                    $"{twin.Mode.Key} and {endpoint.Mode.Key} differ, but cannot be told apart: both endpoints have the same address and port 0. Give one of them a port.");
            }

            seen.Add(endpoint);
        }
    }
}
