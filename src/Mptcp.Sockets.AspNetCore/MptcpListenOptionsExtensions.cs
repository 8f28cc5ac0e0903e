using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Sets the MPTCP mode of one Kestrel endpoint.</summary>
public static class MptcpListenOptionsExtensions
{
    /// <summary>
    /// Sets the mode of this endpoint. It overrides the mode of the web host.
    /// </summary>
    /// <remarks>
    /// An endpoint without an IP address, such as a Unix socket, is not affected. So this method can be called in
    /// <c>ConfigureEndpointDefaults</c>. A mode in the configuration overrides this one.
    /// </remarks>
    /// <example><code>kestrel.ListenAnyIP(8443, listen => listen.UseMptcp(MptcpMode.Required));</code></example>
    /// <param name="listenOptions">The endpoint to configure.</param>
    /// <param name="mode">
    /// The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.
    /// </param>
    /// <returns><paramref name="listenOptions"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listenOptions"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// UseMptcp was not called on the web host, or <paramref name="mode"/> is <see cref="MptcpMode.Required"/> and the endpoint has no IP
    /// address.
    /// </exception>
    public static ListenOptions UseMptcp(this ListenOptions listenOptions, MptcpMode mode = MptcpMode.Preferred)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        MptcpTransportOptions.Validate(mode);
        EndpointModes modes = listenOptions.ApplicationServices?.GetService<EndpointModes>() ?? throw new InvalidOperationException(
            "UseMptcp of an endpoint needs UseMptcp of the web host, which was not called. Call builder.WebHost.UseMptcp(), or "
            + "builder.WebHost.UseMptcp(MptcpMode.Disabled) to use MPTCP on endpoints that ask for it only.");

        if (listenOptions.IPEndPoint is not null)
            modes.Set(listenOptions, mode);
        else if (mode == MptcpMode.Required)
            throw new InvalidOperationException($"MPTCP is required on {listenOptions}, which has no IP address. Use MptcpMode.Preferred there, or an IP address.");

        return listenOptions;
    }
}
