using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets;

/// <summary>Options for connecting: <see cref="MptcpSocket"/>, <see cref="MptcpConnector"/> and <see cref="MptcpHttp"/>. Do not change them while a connect is under way.</summary>
public sealed class MptcpConnectOptions
{
    /// <summary>Gets or sets what to do on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>: use TCP.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of <see cref="MptcpMode"/>.</exception>
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
    public bool RequireMptcpPeer { get; set; }

    /// <summary>
    /// Gets or sets how long an attempt may be unanswered before the next address is tried beside it, from 0 to <see cref="int.MaxValue"/>
    /// milliseconds. The default is 250 ms.
    /// </summary>
    /// <remarks>
    /// Happy Eyeballs, RFC 8305 section 5. With 0, all addresses are tried at once, at most six at a time. With
    /// <see cref="Timeout.InfiniteTimeSpan"/>, the next address waits until the attempt has failed.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 0 or greater than <see cref="int.MaxValue"/> milliseconds.</exception>
    public TimeSpan ConnectionAttemptDelay
    {
        get;
        set => field = Require.Delay(value);
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how long an MPTCP attempt may be unanswered before others join it, from 0 to <see cref="int.MaxValue"/> milliseconds. The
    /// default is 250 ms.
    /// </summary>
    /// <remarks>
    /// A second MPTCP SYN joins, over the next path of <see cref="PathInterfaces"/> or else over the same, and in mode
    /// <see cref="MptcpMode.Preferred"/> a TCP SYN. TCP wins only if MPTCP SYNs on the same path stay unanswered for longer than TCP's own
    /// handshake took. With <see cref="Timeout.InfiniteTimeSpan"/> nothing joins a late attempt: the kernel falls back to TCP after 3 s since Linux 6.12, and never before.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 0 or greater than <see cref="int.MaxValue"/> milliseconds.</exception>
    public TimeSpan TcpFallbackDelay
    {
        get;
        set => field = Require.Delay(value);
    } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Gets or sets how long a connect may take, the resolution of a name included, from 0 to <see cref="int.MaxValue"/> milliseconds. The default is
    /// <see cref="Timeout.InfiniteTimeSpan"/>: until the system gives up, which takes about two minutes.
    /// </summary>
    /// <remarks>
    /// Attempts that are pending then fail with <see cref="SocketError.TimedOut"/>. A TCP attempt that has connected wins. A blocking connect cannot interrupt the
    /// system's resolver.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 0 or greater than <see cref="int.MaxValue"/> milliseconds.</exception>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = Require.Delay(value);
    } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Gets or sets the names of the network interfaces over which a late connect is tried as well, in this order. The default is null: the
    /// interfaces that the host's MPTCP endpoints with the flag <c>subflow</c> name.
    /// </summary>
    /// <remarks>
    /// An empty list turns the racing of paths off. Without endpoints, and on Linux 6.7 to 6.11 for an ordinary user, who may not list them there, only
    /// the default path is used. Endpoints that are marked as backups are tried after 2 s. A name that this host does not have is skipped. Not used together with
    /// <see cref="LocalEndPoint"/>. Linux only.
    /// </remarks>
    public IReadOnlyList<string>? PathInterfaces { get; set; }

    /// <summary>Gets or sets whether small writes are sent at once (<c>TCP_NODELAY</c>). The default is <see langword="false"/>, as with <see cref="Socket"/>; for HTTP it is always on, as with HttpClient.</summary>
    public bool NoDelay { get; set; }

    /// <summary>Gets or sets the address to connect from, with a port or 0. The default is null: the system chooses.</summary>
    /// <remarks>
    /// Only addresses of its family are tried, and no other path. From a port other than 0, nothing can join an attempt to the same address:
    /// see <see cref="TcpFallbackDelay"/>.
    /// </remarks>
    public IPEndPoint? LocalEndPoint { get; set; }

    /// <summary>Gets or sets what is called with the socket of each attempt before it is bound and connected. The default is null.</summary>
    /// <remarks>It may be called on another thread, and for several sockets of one connect. An exception that it throws ends the connect.</remarks>
    public Action<Socket>? ConfigureSocket { get; set; }

    /// <summary>Gets or sets what resolves names in place of the system's resolver. The default is null. An asynchronous connect only.</summary>
    /// <remarks>It gets the name, its port and the wanted address family. Addresses of another family are skipped; the order is kept, families in turn.</remarks>
    public Func<DnsEndPoint, CancellationToken, ValueTask<IPAddress[]>>? Resolver { get; set; }

    /// <summary>Gets or sets the clock of delays and timeouts. The default is <see cref="TimeProvider.System"/>.</summary>
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

    /// <summary>Gets or sets where attempts and fallbacks are logged, under the category <c>Mptcp.Sockets</c>. The default is null: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>For callers that give none. Never changed.</summary>
    internal static MptcpConnectOptions Default { get; } = new();

    /// <summary>A copy, so that changing the caller's object later changes nothing that is under way.</summary>
    internal MptcpConnectOptions Clone()
    {
        var clone = (MptcpConnectOptions)MemberwiseClone();
        clone.LocalEndPoint = LocalEndPoint is { } local ? new IPEndPoint(local.Address, local.Port) : null;
        clone.PathInterfaces = PathInterfaces is { } names ? [.. names] : null;
        return clone;
    }
}
