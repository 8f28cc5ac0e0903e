using Mptcp.Orleans;
using Mptcp.Sockets;

namespace Orleans.Hosting;

/// <summary>Makes a silo listen and connect with MPTCP.</summary>
public static class MptcpSiloBuilderExtensions
{
    /// <summary>Makes a silo listen with MPTCP for other silos and for clients, and connect to other silos with MPTCP.</summary>
    /// <remarks>
    /// Silos and clients without MPTCP can still connect, so a cluster can be changed one silo at a time. On a system without MPTCP, the
    /// silo uses TCP. The options of Orleans for sockets, <see cref="Networking.Shared.SocketConnectionOptions"/>, apply. If the method is
    /// called twice, the last call applies.
    /// </remarks>
    /// <example><code>siloBuilder.UseMptcp();</code></example>
    /// <param name="builder">The silo to configure.</param>
    /// <param name="options">
    /// The options of connecting, or <see langword="null"/> for the defaults. Their mode also applies to listening.
    /// </param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    /// <exception cref="NotSupportedException">This version of Orleans has another transport.</exception>
    public static ISiloBuilder UseMptcp(this ISiloBuilder builder, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Transport.Replace(builder.Services, options, hasListeners: true);
        return builder;
    }
}
