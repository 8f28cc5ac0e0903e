using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mptcp.Gateway.Tests;

/// <summary>The C# of the package's README.md and of its documentation comments, so that it compiles; <see cref="ReadmeTests"/> compares.</summary>
public class ReadmeSnippets
{
    internal static void Services(HostApplicationBuilder builder)
    {
        builder.Services.AddMptcpGateway(builder.Configuration.GetSection("Gateway"));
    }
}
