using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Multipath TCP for one endpoint of Kestrel.</summary>
public static class MptcpListenOptionsExtensions
{
    /// <summary>
    /// Asks for a mode on this endpoint, whatever <see cref="MptcpWebHostBuilderExtensions.UseMptcp"/> says for the others. An endpoint without an IP address,
    /// such as a Unix socket, stays as it is, so that this can stand in <c>ConfigureEndpointDefaults</c>.
    /// </summary>
    /// <param name="listenOptions">The endpoint.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <returns><paramref name="listenOptions"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listenOptions"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// <see cref="MptcpWebHostBuilderExtensions.UseMptcp"/> was not called on the web host; or Multipath TCP is required and the endpoint has no IP address.
    /// </exception>
    public static ListenOptions UseMptcp(this ListenOptions listenOptions, MptcpMode mode = MptcpMode.Preferred)
    {
        ArgumentNullException.ThrowIfNull(listenOptions);
        MptcpTransportOptions.Defined(mode);
        EndpointModes modes = listenOptions.ApplicationServices?.GetService<EndpointModes>() ?? throw new InvalidOperationException(
            "An endpoint's UseMptcp needs that of the web host: call builder.WebHost.UseMptcp(), or, for Multipath TCP on those endpoints only that ask for it, "
            + "builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Disabled).");

        if (listenOptions.IPEndPoint is not null)
            modes.Set(listenOptions, mode);
        else if (mode == MptcpMode.Required)
            throw new InvalidOperationException($"Multipath TCP is required on {listenOptions}, which has no IP address.");

        return listenOptions;
    }
}
