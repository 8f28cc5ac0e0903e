using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Mptcp.Sockets.AspNetCore;

/// <summary>
/// The options of listening with MPTCP in Kestrel.
/// </summary>
/// <remarks>
/// Backlog, <c>TCP_NODELAY</c>, buffers and I/O queues are options of Kestrel's <see cref="SocketTransportOptions"/>, which apply as well.
/// As in Kestrel, an endpoint on <c>[::]</c> accepts IPv4 clients, too.
/// </remarks>
public sealed class MptcpTransportOptions
{
    /// <summary>
    /// Gets or sets the mode of endpoints that have no mode of their own in code or in the configuration. The default is
    /// <see cref="MptcpMode.Preferred"/>.
    /// </summary>
    /// <remarks>With <see cref="MptcpMode.Disabled"/>, only endpoints with a mode of their own use MPTCP.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a value of <see cref="MptcpMode"/>.</exception>
    public MptcpMode Mode
    {
        get;
        set => field = Validate(value);
    }

    /// <summary>
    /// Gets or sets a callback that receives each listening socket before it is bound, for options such as a device or a mark. The default
    /// is <see langword="null"/>.
    /// </summary>
    /// <remarks>
    /// The callback is not called for endpoints in <see cref="MptcpMode.Disabled"/>, nor for an endpoint that keeps its socket during a
    /// reload.
    /// </remarks>
    public Action<Socket>? ConfigureSocket { get; set; }

    internal static MptcpMode Validate(MptcpMode mode) =>
        Enum.IsDefined(mode)
            ? mode
            : throw new ArgumentOutOfRangeException(
                nameof(mode), mode, $"The mode must be {MptcpMode.Preferred}, {MptcpMode.Required} or {MptcpMode.Disabled}.");
}
