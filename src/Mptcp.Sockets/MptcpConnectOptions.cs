using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets;

/// <summary>How <see cref="MptcpSocket"/> and <see cref="MptcpHttp"/> connect. Not to be changed while a connect is under way.</summary>
public sealed class MptcpConnectOptions
{
    /// <summary>What to do where this system has no Multipath TCP. The default is <see cref="MptcpMode.Preferred"/>: use TCP.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of <see cref="MptcpMode"/>.</exception>
    public MptcpMode Mode
    {
        get;
        set => field = Require.Defined(value);
    }

    /// <summary>
    /// Whether a peer that answers without Multipath TCP is refused with <see cref="MptcpFallbackException"/>. Implies
    /// <see cref="MptcpMode.Required"/>, and no TCP attempt is made. The default is false.
    /// </summary>
    public bool RequireMptcpPeer { get; set; }

    /// <summary>
    /// How long an attempt may be unanswered before the next address is tried beside it (Happy Eyeballs, RFC 8305 section 5). From zero, all at
    /// once, to <see cref="int.MaxValue"/> milliseconds; <see cref="Timeout.InfiniteTimeSpan"/> waits until it fails. The default is 250 ms.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan ConnectionAttemptDelay
    {
        get;
        set => field = Require.Delay(value);
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long a Multipath TCP attempt may be unanswered before a TCP attempt to the same address joins it, in case something on the way drops
    /// SYNs that carry Multipath TCP; the first to connect wins. A refusal is an answer: where something on the way refuses such SYNs, connecting fails. Only in mode <see cref="MptcpMode.Preferred"/>. From zero to
    /// <see cref="int.MaxValue"/> milliseconds; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to the kernel, which since Linux 6.12 falls back
    /// after some 3 s, and before never. The default is 1 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or too long.</exception>
    public TimeSpan TcpFallbackDelay
    {
        get;
        set => field = Require.Delay(value);
    } = TimeSpan.FromSeconds(1);

    /// <summary>Whether small writes are sent at once (<c>TCP_NODELAY</c>). The default is false, as with <see cref="Socket"/>; for HTTP it is always on, as with HttpClient.</summary>
    public bool NoDelay { get; set; }

    /// <summary>
    /// The address, and the port unless 0, to connect from. Only addresses of its family are tried. From a port of its own, TCP cannot join a Multipath
    /// TCP attempt to the same address: see <see cref="TcpFallbackDelay"/>. The default is null: the system chooses.
    /// </summary>
    public IPEndPoint? LocalEndPoint { get; set; }

    /// <summary>
    /// Called with the socket of each attempt before it is bound and connected, for options that have no property here. It may be called on
    /// another thread, and for several sockets of one connect; what it throws ends the connect. The default is null.
    /// </summary>
    public Action<Socket>? ConfigureSocket { get; set; }

    /// <summary>Where attempts and fallbacks are logged, under the category <c>Mptcp.Sockets</c>. The default is null: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>For callers that give none. Never changed.</summary>
    internal static MptcpConnectOptions Default { get; } = new();

    /// <summary>A copy, so that changing the caller's object later changes nothing that is under way.</summary>
    internal MptcpConnectOptions Clone() => (MptcpConnectOptions)MemberwiseClone();
}
