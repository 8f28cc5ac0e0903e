using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets;

/// <summary>A <see cref="TcpClient"/> that connects with MPTCP. On a system without MPTCP, it connects with TCP.</summary>
/// <remarks>
/// <para>
/// The client connects as <see cref="MptcpSocket.ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/> does with its default options. Options
/// that were set on the client before it connects are kept.
/// </para>
/// <para>
/// <see cref="TcpClient.Client"/> remains the same socket, unless another attempt wins or all attempts fail. Then it is a new socket with the same options. If
/// the caller sets <see cref="TcpClient.Client"/> to a TCP socket, the client stays a TCP client and connects as <see cref="TcpClient"/> does.
/// </para>
/// <para>
/// The type is not thread-safe, with the exceptions of <see cref="TcpClient"/>: any thread may close the client at any time, which ends its pending calls, and one
/// thread may read from the stream while another writes to it. A second connect during a connect throws.
/// </para>
/// <para>
/// The members of <see cref="TcpClient"/> are not virtual. Through a variable of that type, the client tries only the first address of a name, with MPTCP.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// using var client = new MptcpTcpClient();
/// await client.ConnectAsync("example.org", 443);
/// Console.WriteLine(client.State);
/// </code>
/// </example>
public partial class MptcpTcpClient : TcpClient
{
    readonly Lock _lock = new();
    readonly IPAddress? _boundToAnyPortOf;
    ClientRequest? _connecting; // guarded by _lock
    ClientRequest? _failed; // guarded by _lock; its socket is still Client, because no other was available
    bool _isDisposed; // guarded by _lock

    /// <summary>Initializes a client for IPv6 and IPv4 (dual-mode) in mode <see cref="MptcpMode.Preferred"/>. On a system without IPv6, it is a client for IPv4.</summary>
    public MptcpTcpClient()
        : this(MptcpMode.Preferred)
    {
    }

    /// <summary>Initializes a client for IPv6 and IPv4 (dual-mode). On a system without IPv6, it is a client for IPv4.</summary>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    public MptcpTcpClient(MptcpMode mode)
        : this(AddressFamily.Unknown, mode)
    {
    }

    /// <summary>Initializes a client for one address family.</summary>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/>, <see cref="AddressFamily.InterNetworkV6"/>, or <see cref="AddressFamily.Unknown"/> for both.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="family"/> is another family.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    public MptcpTcpClient(AddressFamily family, MptcpMode mode = MptcpMode.Preferred)
        : base(Require.With(family, mode))
    {
        Mode = mode;
        UpgradeClient(dualMode: family == AddressFamily.Unknown && Client.AddressFamily == AddressFamily.InterNetworkV6);
    }

    /// <summary>
    /// Initializes a client, and binds it to a local end point. With port 0, the port changes if TCP wins. With another port, TCP cannot overtake MPTCP on a path
    /// that drops it. The kernel then falls back after about 3 s on Linux 6.12 and later, and never on older kernels.
    /// </summary>
    /// <param name="localEP">The address and port. With port 0, the system chooses the port.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localEP"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system does not provide it. The message says why, and what to do.</exception>
    /// <exception cref="SocketException">The address is in use, or does not belong to this host.</exception>
    public MptcpTcpClient(IPEndPoint localEP, MptcpMode mode = MptcpMode.Preferred)
        : this(FamilyOf(localEP), mode)
    {
        if (localEP.Port == 0)
            _boundToAnyPortOf = localEP.Address;

        try
        {
            Client.Bind(localEP);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Initializes a client and connects it to a host.</summary>
    /// <param name="hostname">A name or an address.</param>
    /// <param name="port">The port, from 1 to 65,535.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <inheritdoc cref="Connect(string, int)" path="/exception"/>
    public MptcpTcpClient(string hostname, int port, MptcpMode mode = MptcpMode.Preferred)
        : this(FamilyFor(hostname, port), mode)
    {
        try
        {
            Connect(hostname, port);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the mode that was passed to the constructor.</summary>
    public MptcpMode Mode { get; }

    /// <summary>Gets what the client uses now. See <see cref="MptcpSocketExtensions.GetMptcpState(Socket)"/>.</summary>
    /// <exception cref="ObjectDisposedException">The client is closed.</exception>
    public MptcpState State => this.GetMptcpState();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ClientRequest? connecting;
            lock (_lock)
            {
                _isDisposed = true;
                connecting = _connecting;
            }

            connecting?.Abort();
        }

        base.Dispose(disposing);
    }

    void UpgradeClient(bool dualMode)
    {
        Socket fresh = Client;
        try
        {
            Client = SocketFactory.Adapt(fresh, Mode, dualMode, out Refusal refusal);
            if (Client != fresh)
                fresh.Dispose();

            if (refusal.Reason != MptcpUnavailableReason.None)
                RememberRefusal(fresh, refusal);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gives a client that has failed a new socket, if it has none yet. The caller holds the lock.</summary>
    void ThrowIfCannotConnect()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_connecting is not null)
            throw new SocketException((int)SocketError.AlreadyInProgress);

        if (Active || Client.Connected)
            throw new SocketException((int)SocketError.IsConnected);

        if (_failed is { } failed)
            Replace(failed);
    }

    ClientRequest Begin(IPAddress[] addresses, int port, string addressesName, string? host)
    {
        lock (_lock)
        {
            ThrowIfCannotConnect();
            IPEndPoint[] targets = Addresses.Interleave(Addresses.Targets(Client, addresses, port));
            if (targets.Length == 0)
                throw new ArgumentException($"There is no address of the client's address family, {Client.AddressFamily}.", addressesName);

            IPEndPoint? boundTo = LocalBinding.Find(Client, Client.SafeHandle);
            MptcpMode mode = Mode == MptcpMode.Disabled ? MptcpMode.Preferred : Mode; // the caller may have set an MPTCP socket
            return _connecting = new ClientRequest(targets, mode, Client, _lock)
            {
                Host = host,
                BoundTo = boundTo,
                AnyPort = boundTo is not null && boundTo.Address.Equals(_boundToAnyPortOf),
            };
        }
    }

    /// <summary>Gives the client the socket that has won, or a new one.</summary>
    /// <param name="request">The connect.</param>
    /// <param name="winner">The socket that has won; null if the connect failed.</param>
    /// <param name="onClose">The error of a connect whose client was closed meanwhile, as with <see cref="TcpClient"/>.</param>
    void End(ClientRequest request, Socket? winner, SocketError onClose)
    {
        lock (_lock)
        {
            _connecting = null;
            if (_isDisposed)
            {
                winner?.Dispose();
                throw new SocketException((int)onClose);
            }

            if (winner is not null)
            {
                Client = winner;
                if (winner != request.Original && !request.OriginalIsTakenOver)
                    request.Original.Dispose();

                Active = true;
            }
            else if (Client == request.Original) // otherwise the caller has set another
            {
                TryReplace(request);
            }
        }
    }

    void TryReplace(ClientRequest failed)
    {
        try
        {
            Replace(failed);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // No socket or local end point is available now, or the caller closed Client. The next connect tries again, and throws.
            _failed = failed;
            if (Client == failed.Original)
                NativeConnect.Undo(failed.Original.SafeHandle); // until then, no attempt continues
        }
    }

    /// <summary>Replaces the socket of a failed connect, which cannot be used any more, with a new one, as <see cref="TcpClient"/> does.</summary>
    void Replace(ClientRequest failed)
    {
        if (Client == failed.Original)
        {
            Socket fresh = failed.MakeReplacement(out Refusal refusal);
            failed.Original.Dispose(); // before the new socket is bound: this one may hold the local port
            Client = failed.Replacement = fresh;
            if (refusal.Reason != MptcpUnavailableReason.None)
                RememberRefusal(fresh, refusal);
        }

        if (Client == failed.Replacement && failed.BoundTo is { } local)
            Client.Bind(local);

        _failed = null;
    }

    void ThrowIfDisposed()
    {
        lock (_lock)
            ObjectDisposedException.ThrowIf(_isDisposed, this);
    }

    /// <summary>Returns the value for both families. Checks the arguments of a constructor before the base constructor creates a socket.</summary>
    static AddressFamily FamilyFor(string hostname, int port)
    {
        ArgumentNullException.ThrowIfNull(hostname);
        Require.Port(port);
        return AddressFamily.Unknown;
    }

    static AddressFamily FamilyOf(IPEndPoint localEP)
    {
        ArgumentNullException.ThrowIfNull(localEP);
        return localEP.AddressFamily;
    }
}
