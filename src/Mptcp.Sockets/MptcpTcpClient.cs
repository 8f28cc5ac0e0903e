using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>
/// A <see cref="TcpClient"/> that connects over Multipath TCP. Where this system has no Multipath TCP it is a TCP client. Connecting is that of
/// <see cref="MptcpSocket.ConnectAsync(EndPoint, MptcpConnectOptions?, CancellationToken)"/> with its default delays.
/// </summary>
/// <remarks>
/// What was set on the client before connecting holds afterwards. <see cref="TcpClient.Client"/> is the socket that it was, unless another attempt
/// has won (another address, or TCP where the path drops Multipath TCP) or all have failed: then it is a new one like it. A TCP socket of the caller's own, set as <see cref="TcpClient.Client"/>,
/// stays what it is and connects as it always did. Connecting through a variable of type <see cref="TcpClient"/>, whose members are not
/// virtual, is Multipath TCP for the first address of a name and TCP for the others; in mode <see cref="MptcpMode.Required"/> only the
/// first is tried.
/// </remarks>
public partial class MptcpTcpClient : TcpClient
{
    readonly Lock _lock = new();
    readonly IPAddress? _boundToAnyPortOf;
    ClientRequest? _connecting; // guarded by _lock
    bool _isDisposed; // guarded by _lock
    SpentSocket? _spent; // guarded by _lock: what Client is where there was no other to take its place

    /// <summary>Initializes a client for IPv6 and IPv4 in mode <see cref="MptcpMode.Preferred"/>.</summary>
    public MptcpTcpClient()
        : this(MptcpMode.Preferred)
    {
    }

    /// <summary>Initializes a client for IPv6 and IPv4 (dual-mode), or for IPv4 where there is no IPv6.</summary>
    /// <param name="mode">What to do where this system has no Multipath TCP.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    /// <exception cref="MptcpNotSupportedException">Multipath TCP is required, and this system has none.</exception>
    public MptcpTcpClient(MptcpMode mode = MptcpMode.Preferred)
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
        UpgradeClient();
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

    /// <inheritdoc cref="TcpClient.ExclusiveAddressUse"/>
    public new bool ExclusiveAddressUse
    {
        get => base.ExclusiveAddressUse;
        set
        {
            // The base asks .NET whether the socket is bound, which it counts as from the beginning: see Graft.IntoReplaceableSocket.
            if (Client is { Connected: false } && LocalBinding.Find(Client) is null)
                Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse, value);
            else
                base.ExclusiveAddressUse = value;
        }
    }

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

    void UpgradeClient()
    {
        if (Mode == MptcpMode.Disabled)
            return;

        try
        {
            Socket tcp = Client;
            if (SocketFactory.TryCreateInPlaceOf(tcp, Mode, out Refusal refusal) is { } mptcp)
            {
                Client = mptcp;
                tcp.Dispose();
            }
            else
            {
                StayWith(tcp, refusal);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    ClientRequest Begin(IPAddress[] addresses, int port, string addressesName, string? host)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connecting is not null)
                throw new SocketException((int)SocketError.AlreadyInProgress);

            if (Active || Client.Connected)
                throw new SocketException((int)SocketError.IsConnected);

            IPEndPoint[] targets = Addresses.Interleave(Addresses.Targets(Client, addresses, port));
            if (targets.Length == 0)
                throw new ArgumentException($"There is no address of the client's address family, {Client.AddressFamily}.", addressesName);

            IPEndPoint? boundTo = LocalBinding.Find(Client, Client.SafeHandle);
            return _connecting = new ClientRequest(targets, Client, _lock)
            {
                Host = host,
                Mode = Mode == MptcpMode.Disabled ? MptcpMode.Preferred : Mode, // it is a Multipath TCP socket, if of the caller's own
                BoundTo = boundTo,
                AnyPort = boundTo is not null && boundTo.Address.Equals(_boundToAnyPortOf),
            };
        }
    }

    void End(ClientRequest request, Socket? winner)
    {
        lock (_lock)
        {
            _connecting = null;
            if (_isDisposed)
            {
                winner?.Dispose();
                ObjectDisposedException.ThrowIf(winner is not null, this);
            }
            else if (winner is null)
            {
                if (Client != request.Original)
                    return; // the caller has set another

                _spent = new SpentSocket(request);
                TryReplaceSpentSocket();
            }
            else
            {
                Client = winner;
                if (winner != request.Original && !request.OriginalIsTakenOver)
                    request.Original.Dispose();

                Active = true;
            }
        }
    }

    void TryReplaceSpentSocket()
    {
        SpentSocket spent = _spent!;
        try
        {
            ReplaceSpentSocket();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // There is none to be had now, or the caller has closed Client. The next connect tries again, and tells; until then, no attempt goes on.
            spent.Undo();
        }
    }

    /// <summary>After a failed connect the system's socket is of no more use: a new one takes its place, as TcpClient does it.</summary>
    void ReplaceSpentSocket()
    {
        Socket fresh = _spent!.Replace(out Refusal refusal);
        Client = fresh;
        if (refusal.Reason != MptcpUnavailableReason.None)
            StayWith(fresh, refusal);

        _spent.Bind();
        _spent = null;
    }

    void ThrowIfDisposed()
    {
        lock (_lock)
            ObjectDisposedException.ThrowIf(_isDisposed, this);
    }

    /// <summary>Either family; checks the arguments of a constructor before a base constructor makes a socket.</summary>
    static AddressFamily FamilyFor(string hostname, int port)
    {
        Require.Host(hostname, port);
        return AddressFamily.Unknown;
    }

    static AddressFamily FamilyOf(IPEndPoint localEP)
    {
        ArgumentNullException.ThrowIfNull(localEP);
        return localEP.AddressFamily;
    }
}
