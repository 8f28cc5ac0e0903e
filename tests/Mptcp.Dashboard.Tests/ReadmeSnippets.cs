using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Dashboard.Tests;

/// <summary>The C# of the package's README.md and of its documentation comments, line for line, so that it compiles; <see cref="ReadmeTests"/> compares.</summary>
static class ReadmeSnippets
{
    internal static void Services(WebApplicationBuilder builder)
    {
        builder.Services.AddMptcpDashboard();
    }

    internal static void Changes(WebApplicationBuilder builder)
    {
        builder.Services.AddMptcpDashboard(options => options.AllowChanges = true);
    }

    internal static void Pages(WebApplication app)
    {
        app.MapMptcpDashboard("/mptcp").RequireAuthorization();
    }
}
