using Microsoft.Extensions.Hosting;

namespace Mptcp.Orleans.Tests;

/// <summary>
/// The C# of the package's README.md and of its documentation comments, line for line, so that it compiles; <see cref="ReadmeTests"/>
/// compares.
/// </summary>
static class ReadmeSnippets
{
    internal static void Silo(HostApplicationBuilder builder)
    {
        builder.UseOrleans(siloBuilder => siloBuilder.UseMptcp());
    }

    internal static void Client(HostApplicationBuilder builder)
    {
        builder.UseOrleansClient(clientBuilder => clientBuilder.UseMptcp());
    }

    internal static void Examples(ISiloBuilder siloBuilder, IClientBuilder clientBuilder)
    {
        siloBuilder.UseMptcp();
        clientBuilder.UseMptcp();
    }
}
