using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets;

/// <summary>A <see cref="TcpClient"/> that connects over MPTCP. On a system without MPTCP it is a TCP client.</summary>
/// <remarks>
/// <para>It connects as <see cref="MptcpSocket.ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/> does with its default options.
/// Options that were set on the client before connecting hold afterwards.</para>
/// <para><see cref="TcpClient.Client"/> stays the same socket, unless another attempt has won or all have failed: then it is a new one like it. A TCP
/// socket that the caller sets as <see cref="TcpClient.Client"/> stays TCP and connects as with <see cref="TcpClient"/>.</para>
/// <para>The members of <see cref="TcpClient"/> are not virtual. Through a variable of that type, only the first address of a name is tried, over MPTCP.</para>
/// </remarks>
public partial class MptcpTcpClient : TcpClient
{
    readonly Lock _lock = new();
    readonly IPAddress? _boundToAnyPortOf;
    ClientRequest? _connecting; // guarded by _lock
    ClientRequest? _failed; // guarded by _lock: its socket is still Client, since no other was available
    bool _isDisposed; // guarded by _lock

    /// <summary>Initializes a client for IPv6 and IPv4 in mode <see cref="MptcpMode.Preferred"/>.</summary>
    public MptcpTcpClient()
        : this(MptcpMode.Preferred)
    {
    }

    /// <summary>Initializes a client for IPv6 and IPv4 (dual-mode), or for IPv4 where there is no IPv6.</summary>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    public MptcpTcpClient(MptcpMode mode)
        : this(AddressFamily.Unknown, mode)
    {
    }

    /// <summary>Initializes a client for one family.</summary>
    /// <param name="family"><see cref="AddressFamily.InterNetwork"/>, <see cref="AddressFamily.InterNetworkV6"/>, or <see cref="AddressFamily.Unknown"/> for both.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentException"><paramref name="family"/> is another family.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    public MptcpTcpClient(AddressFamily family, MptcpMode mode = MptcpMode.Preferred)
        : base(Require.With(family, mode))
    {
        Mode = mode;
        UpgradeClient(dualMode: family == AddressFamily.Unknown && Client.AddressFamily == AddressFamily.InterNetworkV6);
    }

    /// <summary>
    /// Initializes a client that connects from a local end point, and binds it. One with a port of its own cannot be overtaken by TCP on a path that
    /// drops Multipath TCP: then it is the kernel that falls back, after some 3 s since Linux 6.12, and never before. With port 0, the port changes where TCP wins.
    /// </summary>
    /// <param name="localEP">The address; and the port, or 0 for the system to choose.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentNullException"><paramref name="localEP"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    /// <exception cref="SocketException">The address is in use, or not of this machine.</exception>
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
    /// <param name="port">From 1 to 65,535.</param>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
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

    /// <summary>What was asked for.</summary>
    public MptcpMode Mode { get; }

    /// <summary>What the client speaks now: see <see cref="MptcpSocketExtensions.GetMptcpState(Socket)"/>.</summary>
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

    /// <summary>To be called with the lock held. Gives a client that has failed before a fresh socket, if it has none yet.</summary>
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
            MptcpMode mode = Mode == MptcpMode.Disabled ? MptcpMode.Preferred : Mode; // it is an MPTCP socket, if of the caller's own
            return _connecting = new ClientRequest(targets, mode, Client, _lock)
            {
                Host = host,
                BoundTo = boundTo,
                AnyPort = boundTo is not null && boundTo.Address.Equals(_boundToAnyPortOf),
            };
        }
    }

    /// <summary>Gives the client the socket that has won, or a fresh one.</summary>
    /// <param name="request">The connect.</param>
    /// <param name="winner">Null if it has failed.</param>
    /// <param name="onClose">The error of a connect whose client is closed meanwhile, as with <see cref="TcpClient"/>.</param>
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
            // None is available now, the local end point is not, or the caller has closed Client. The next connect tries again, and throws.
            _failed = failed;
            if (Client == failed.Original)
                NativeConnect.Undo(failed.Original.SafeHandle); // until then, no attempt goes on
        }
    }

    /// <summary>After a failed connect the system's socket is of no more use: a new one takes its place, as with <see cref="TcpClient"/>.</summary>
    void Replace(ClientRequest failed)
    {
        if (Client == failed.Original)
        {
            Socket fresh = failed.MakeReplacement(out Refusal refusal);
            failed.Original.Dispose(); // before the other is bound: it may hold the local port
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

    /// <summary>Either family; checks the arguments of a constructor before a base constructor makes a socket.</summary>
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
