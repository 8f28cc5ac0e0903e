using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets;

/// <summary>The options of <see cref="MptcpSocket.Listen"/>.</summary>
public sealed class MptcpListenOptions
{
    /// <summary>
    /// Gets or sets the mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>, which
    /// then uses TCP.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a value of <see cref="MptcpMode"/>.</exception>
    public MptcpMode Mode
    {
        get;
        set => field = Require.Defined(value);
    }

    /// <summary>
    /// Gets or sets the number of connections that may wait to be accepted. The kernel limits it to <c>net.core.somaxconn</c>. The default
    /// is <see cref="int.MaxValue"/>, as with <see cref="Socket.Listen()"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int Backlog
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = int.MaxValue;

    /// <summary>
    /// Gets or sets whether accepted sockets send small writes at once (<c>TCP_NODELAY</c>). The default is <see langword="false"/>.
    /// </summary>
    public bool NoDelay { get; set; }

    /// <summary>
    /// Gets or sets whether an IPv6 socket accepts IPv4 clients, too. Do not set it for an IPv4 end point. The default is
    /// <see langword="null"/>: <see langword="true"/> for <see cref="System.Net.IPAddress.IPv6Any"/>, as with Kestrel; otherwise,
    /// <see langword="false"/>.
    /// </summary>
    public bool? DualMode { get; set; }

    /// <summary>
    /// Gets or sets a callback that receives the socket before it is bound, for options that have no property here. The default is
    /// <see langword="null"/>.
    /// </summary>
    /// <remarks>
    /// If the callback sets an option that MPTCP sockets lack, such as <see cref="Socket.Ttl"/>, a
    /// <see cref="SocketException"/> is thrown. The stack trace contains the line of the callback.
    /// </remarks>
    public Action<Socket>? ConfigureSocket { get; set; }

    /// <summary>
    /// Gets or sets the logger factory. The category is <c>Mptcp.Sockets</c>. The default is <see langword="null"/>, which disables
    /// logging.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
