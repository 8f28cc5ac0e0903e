using Microsoft.AspNetCore.Http;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Shows clients what their requests came over.</summary>
public static class MptcpApplicationBuilderExtensions
{
    /// <summary>
    /// Adds the header <c>Mptcp-State</c> to each response: <c>Mptcp</c>, <c>FellBack</c> or <c>Tcp</c>, as <see cref="MptcpState"/> says it of the connection. For
    /// debugging: behind a proxy it is the proxy's connection that is shown, and everybody is told.
    /// </summary>
    /// <param name="app">The application.</param>
    /// <returns><paramref name="app"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    public static IApplicationBuilder UseMptcpStateHeader(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Use(next => context =>
        {
            context.Response.OnStarting(static state => AddAsync((HttpContext)state), context); // what follows may clear the headers until then
            return next(context);
        });
    }

    static Task AddAsync(HttpContext context)
    {
        try
        {
            context.Response.Headers["Mptcp-State"] = context.GetMptcpState().ToString();
        }
        catch (ObjectDisposedException)
        {
            // The client has gone, and nobody will read it.
        }

        return Task.CompletedTask;
    }
}
