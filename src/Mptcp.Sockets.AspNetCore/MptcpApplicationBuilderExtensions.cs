using Microsoft.AspNetCore.Http;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds middleware that reports the MPTCP state to clients.</summary>
public static class MptcpApplicationBuilderExtensions
{
    /// <summary>
    /// Adds the header <c>Mptcp-State</c> to each response. Its value is the <see cref="MptcpState"/> of the connection: <c>Mptcp</c>,
    /// <c>FellBack</c> or <c>Tcp</c>; <c>Unknown</c> if there is no TCP socket.
    /// </summary>
    /// <remarks>Meant for debugging: every client sees the header. Behind a proxy, it describes the connection of the proxy.</remarks>
    /// <param name="app">The application.</param>
    /// <returns><paramref name="app"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <example><code>app.UseMptcpStateHeader();</code></example>
    public static IApplicationBuilder UseMptcpStateHeader(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        return app.Use(next => context =>
        {
            context.Response.OnStarting(static state => AddAsync((HttpContext)state), context); // later middleware may clear headers until the response starts
            return next(context);
        });
    }

    static Task AddAsync(HttpContext context)
    {
        try
        {
            context.Response.Headers["Mptcp-State"] = context.GetMptcpState()?.ToString() ?? "Unknown";
        }
        catch (ObjectDisposedException)
        {
            // The client closed the connection and will not read the response.
        }

        return Task.CompletedTask;
    }
}
