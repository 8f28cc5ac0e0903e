using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets;

/// <summary>
/// The options for connecting, for <see cref="MptcpSocket"/>, <see cref="MptcpConnector"/> and <see cref="MptcpHttp"/>. Do not change them
/// during a connect.
/// </summary>
public sealed class MptcpConnectOptions
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
    /// Gets or sets whether a connection to a peer without MPTCP is refused with <see cref="MptcpFallbackException"/>. The default is
    /// <see langword="false"/>.
    /// </summary>
    /// <remarks><see langword="true"/> implies <see cref="MptcpMode.Required"/>: no TCP attempt is made.</remarks>
    /// <example><code>var options = new MptcpConnectOptions { RequireMptcpPeer = true };</code></example>
    public bool RequireMptcpPeer { get; set; }

    /// <summary>
    /// Gets or sets how long an attempt may be unanswered before an attempt with the next address starts in parallel, from 0 to
    /// <see cref="int.MaxValue"/>
    /// milliseconds. The default is 250 ms.
    /// </summary>
    /// <remarks>
    /// This is the delay of Happy Eyeballs (RFC 8305, section 5). With 0, all addresses are tried at once, at most six at a time. With
    /// <see cref="Timeout.InfiniteTimeSpan"/>, the next address waits until the attempt has failed.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is less than 0 or greater than <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    public TimeSpan ConnectionAttemptDelay
    {
        get;
        set => field = Require.Delay(value);
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how long an MPTCP attempt may be unanswered before other attempts join it, from 0 to <see cref="int.MaxValue"/>
    /// milliseconds. The default is 250 ms.
    /// </summary>
    /// <remarks>
    /// A second MPTCP SYN joins, over the next path of <see cref="PathInterfaces"/> or else over the same path. In mode
    /// <see cref="MptcpMode.Preferred"/>, a TCP SYN joins, too. TCP wins only if MPTCP SYNs on the same path stay unanswered for longer
    /// than TCP's own handshake took. With <see cref="Timeout.InfiniteTimeSpan"/>, nothing joins a late attempt. The kernel then falls
    /// back to TCP after 3 s on Linux 6.12 and later, and never on older kernels.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is less than 0 or greater than <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    public TimeSpan TcpFallbackDelay
    {
        get;
        set => field = Require.Delay(value);
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how long a connect may take, including name resolution, more than 0 and at most <see cref="int.MaxValue"/>
    /// milliseconds. The default is <see cref="Timeout.InfiniteTimeSpan"/>: the system gives up after about two minutes.
    /// </summary>
    /// <remarks>
    /// After this time, pending attempts fail with <see cref="SocketError.TimedOut"/>. A TCP attempt that has connected wins. A blocking
    /// connect cannot interrupt the name resolution of the system.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The value is 0, less than 0, or greater than <see cref="int.MaxValue"/> milliseconds.
    /// </exception>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = Require.Timeout(value);
    } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Gets or sets the names of the network interfaces over which a late connect is tried as well, in this order. The default is
    /// <see langword="null"/>: the interfaces of the host's MPTCP endpoints with the flag <c>subflow</c>.
    /// </summary>
    /// <remarks>
    /// An empty list turns the racing of paths off. If the host has no endpoints, only the default path is used. The same applies without
    /// privileges on Linux 6.7 to 6.11, which then do not list the endpoints. Endpoints that are marked as backups are tried after 2 s. A
    /// name that this host
    /// does not have is skipped. Ignored if <see cref="LocalEndPoint"/> is set. Linux only.
    /// </remarks>
    /// <example><code>var options = new MptcpConnectOptions { PathInterfaces = ["wlan0", "wwan0"] };</code></example>
    public IReadOnlyList<string>? PathInterfaces { get; set; }

    /// <summary>
    /// Gets or sets whether small writes are sent at once (<c>TCP_NODELAY</c>). The default is <see langword="false"/>, as with
    /// <see cref="Socket"/>. For HTTP it is always on.
    /// </summary>
    public bool NoDelay { get; set; }

    /// <summary>
    /// Gets or sets the local address and port to connect from; with port 0, the system chooses the port. The default is
    /// <see langword="null"/>: the system chooses both.
    /// </summary>
    /// <remarks>
    /// Only addresses of the same family are tried, over one path. With a port other than 0, no attempt can join another attempt to the
    /// same address: see <see cref="TcpFallbackDelay"/>.
    /// </remarks>
    public IPEndPoint? LocalEndPoint { get; set; }

    /// <summary>
    /// Gets or sets a callback that receives the socket of each attempt before it is bound and connected. The default is
    /// <see langword="null"/>.
    /// </summary>
    /// <remarks>
    /// The callback may run on another thread, and for several sockets of one connect. An exception that it throws ends the connect. If it
    /// sets an option that MPTCP sockets lack, such as <see cref="Socket.Ttl"/>, a <see cref="SocketException"/> is thrown. The system
    /// does not report which option it was, but the stack trace contains the line of the callback.
    /// </remarks>
    /// <example><code>var options = new MptcpConnectOptions { ConfigureSocket = socket => socket.SendBufferSize = 1 &lt;&lt; 20 };</code></example>
    public Action<Socket>? ConfigureSocket { get; set; }

    /// <summary>
    /// Gets or sets a callback that resolves names instead of the system's resolver. The default is <see langword="null"/>. Only
    /// asynchronous connects can use it.
    /// </summary>
    /// <remarks>
    /// The callback receives the name, the port and the wanted address family. Addresses of another family are skipped. The order is kept,
    /// and the families alternate.
    /// </remarks>
    public Func<DnsEndPoint, CancellationToken, ValueTask<IPAddress[]>>? Resolver { get; set; }

    /// <summary>Gets or sets the clock for delays and timeouts. The default is <see cref="TimeProvider.System"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = TimeProvider.System;

    /// <summary>
    /// Gets or sets the logger factory. The category is <c>Mptcp.Sockets</c>. The default is <see langword="null"/>, which disables
    /// logging.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>The options for callers that pass <see langword="null"/>. Never changed.</summary>
    internal static MptcpConnectOptions Default { get; } = new();

    /// <summary>Copies the options, so that later changes of the caller's object do not affect connects.</summary>
    internal MptcpConnectOptions Clone()
    {
        var clone = (MptcpConnectOptions)MemberwiseClone();
        clone.LocalEndPoint = LocalEndPoint is { } local ? new IPEndPoint(local.Address, local.Port) : null;
        clone.PathInterfaces = PathInterfaces is { } names ? [.. names] : null;
        return clone;
    }
}
