using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Mptcp.Sockets.AspNetCore;

/// <summary>
/// How Kestrel listens over Multipath TCP. Everything that Kestrel has an option for is there, in <see cref="SocketTransportOptions"/>, and is kept: backlog,
/// <c>TCP_NODELAY</c>, buffers, I/O queues. As in Kestrel itself, an end point of <c>[::]</c> takes IPv4, too.
/// </summary>
public sealed class MptcpTransportOptions
{
    /// <summary>
    /// What is asked for where an endpoint asks for nothing itself, in code or in configuration. The default is <see cref="MptcpMode.Preferred"/>: every
    /// endpoint that is TCP today, on Multipath TCP where this system has it. With <see cref="MptcpMode.Disabled"/>, only endpoints that ask for it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of <see cref="MptcpMode"/>.</exception>
    public MptcpMode Mode
    {
        get;
        set => field = Defined(value);
    }

    /// <summary>
    /// Called with each socket that is to listen in <see cref="MptcpMode.Preferred"/> or <see cref="MptcpMode.Required"/>, before it is bound, for options
    /// that have no property anywhere: a device, a mark. Not called when an endpoint keeps its socket over a reload. The default is null.
    /// </summary>
    public Action<Socket>? ConfigureSocket { get; set; }

    internal static MptcpMode Defined(MptcpMode mode) =>
        Enum.IsDefined(mode)
            ? mode
            : throw new ArgumentOutOfRangeException(
                nameof(mode), mode, $"The mode must be {MptcpMode.Preferred}, {MptcpMode.Required} or {MptcpMode.Disabled}.");
}
