using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Mptcp.Sockets.AspNetCore.HttpClients;

/// <summary>Has named options begin as those without a name: <c>services.Configure&lt;MptcpConnectOptions&gt;(…)</c> is meant for every client.</summary>
sealed class NamelessDefaults(IServiceProvider services) : IConfigureNamedOptions<MptcpConnectOptions>
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
