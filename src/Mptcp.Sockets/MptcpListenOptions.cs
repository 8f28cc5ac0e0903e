using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets;

/// <summary>How <see cref="MptcpSocket.Listen"/> listens.</summary>
public sealed class MptcpListenOptions
{
    /// <summary>What to do where this system has no Multipath TCP. The default is <see cref="MptcpMode.Preferred"/>: use TCP.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of <see cref="MptcpMode"/>.</exception>
    public MptcpMode Mode
    {
        get;
        set => field = Require.Defined(value);
    }

    /// <summary>
    /// How many connections may wait to be accepted. The kernel caps it at <c>net.core.somaxconn</c>. The default is
    /// <see cref="int.MaxValue"/>, as with <see cref="Socket.Listen()"/>.
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

    /// <summary>Whether accepted sockets send small writes at once (<c>TCP_NODELAY</c>, which they inherit). The default is false.</summary>
    public bool NoDelay { get; set; }

    /// <summary>Whether an IPv6 socket takes IPv4 connections, too. Not for IPv4 end points. The default is false, as with <see cref="Socket"/>.</summary>
    public bool DualMode { get; set; }

    /// <summary>Called with the socket before it is bound, for options that have no property here. The default is null.</summary>
    public Action<Socket>? ConfigureSocket { get; set; }

    /// <summary>Where a fallback to TCP is logged, under the category <c>Mptcp.Sockets</c>. The default is null: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }
}
