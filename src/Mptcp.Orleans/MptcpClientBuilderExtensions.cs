using Mptcp.Orleans;
using Mptcp.Sockets;

namespace Orleans.Hosting;

/// <summary>Makes a client connect with MPTCP.</summary>
public static class MptcpClientBuilderExtensions
{
    /// <summary>Makes a client connect to the gateways of silos with MPTCP.</summary>
    /// <remarks>
    /// With gateways that do not use MPTCP, and on a system without MPTCP, the client uses TCP. The options of Orleans for sockets,
    /// <see cref="Networking.Shared.SocketConnectionOptions"/>, apply. If the method is called twice, the last call applies.
    /// </remarks>
    /// <example><code>clientBuilder.UseMptcp();</code></example>
    /// <param name="builder">The client to configure.</param>
    /// <param name="options">The options of connecting, or <see langword="null"/> for the defaults.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="options"/> contradict each other.</exception>
    /// <exception cref="NotSupportedException">This version of Orleans has another transport.</exception>
    public static IClientBuilder UseMptcp(this IClientBuilder builder, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Transport.Replace(builder.Services, options, hasListeners: false);
        return builder;
    }
}
