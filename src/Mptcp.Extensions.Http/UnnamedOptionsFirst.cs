using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mptcp.Sockets;

namespace Mptcp.Extensions.Http;

/// <summary>
/// Starts named options from the unnamed ones, so that <c>services.Configure&lt;MptcpConnectOptions&gt;(…)</c> applies to every client.
/// </summary>
sealed class UnnamedOptionsFirst(IServiceProvider services) : IConfigureNamedOptions<MptcpConnectOptions>
{
    public void Configure(MptcpConnectOptions options)
    {
    }

    public void Configure(string? name, MptcpConnectOptions options)
    {
        if (!string.IsNullOrEmpty(name))
            PrimaryHandler.Copy(services.GetRequiredService<IOptionsFactory<MptcpConnectOptions>>().Create(Options.DefaultName), options);
    }
}
