using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink.Policies;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>
/// An MPTCP socket in an <see cref="MptcpHostSnapshot"/>: the part of an <see cref="MptcpConnection"/> that can be saved.
/// </summary>
public sealed class MptcpHostConnection
{
    /// <summary>Gets the token, which the path manager and events use for the connection; 0 if the socket listens.</summary>
    public uint Token { get; init; }

    /// <summary>Gets the state of the connection; <see cref="TcpState.Listen"/> if the socket listens.</summary>
    public TcpState State { get; init; }

    /// <summary>Gets the address and port of this host.</summary>
    public required IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Gets the address and port of the peer; all zero if the socket listens.</summary>
    public required IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>Gets the index of the network interface to which the socket is bound; 0 if it is not bound to one.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Gets the number of subflows besides the first; <see langword="null"/> if the kernel does not report it.</summary>
    public int? ExtraSubflows { get; init; }

    /// <summary>Gets the number of all subflows; <see langword="null"/> if the kernel does not report it (before Linux 6.8).</summary>
    public int? TotalSubflows { get; init; }

    /// <summary>
    /// Gets the kernel's limit of extra subflows for this connection; <see langword="null"/> if the kernel does not report it. It is 0 if a
    /// program manages the paths.
    /// </summary>
    public int? LimitExtraSubflows { get; init; }

    /// <summary>
    /// Gets the number of announced addresses that the kernel has accepted; <see langword="null"/> if the kernel does not report it.
    /// </summary>
    public int? AddressesAccepted { get; init; }

    /// <summary>
    /// Gets the kernel's limit of accepted addresses for this connection; <see langword="null"/> if the kernel does not report it.
    /// </summary>
    public int? LimitAddressesAccepted { get; init; }

    /// <summary>
    /// Gets the number of addresses that this host has announced to the peer; <see langword="null"/> if the kernel does not report it.
    /// </summary>
    public int? AddressesSignalled { get; init; }

    /// <summary>
    /// Gets the number of endpoints that the kernel has used for this connection; <see langword="null"/> if the kernel does not report it.
    /// </summary>
    public int? LocalAddressesUsed { get; init; }

    /// <summary>
    /// Gets whether both ends have exchanged keys, which further subflows need; <see langword="null"/> if the kernel does not
    /// report it.
    /// </summary>
    public bool? IsRemoteKeyReceived { get; init; }

    /// <summary>Gets whether the connection has fallen back to TCP.</summary>
    public bool HasFallenBack { get; init; }

    /// <summary>
    /// Gets whether this host has accepted the connection, as its subflows show; <see langword="null"/> without them. The end that has
    /// opened a connection opens its paths.
    /// </summary>
    public bool? IsAccepted { get; init; }

    /// <summary>Gets the subflows; <see langword="null"/> if the kernel does not report them to this process.</summary>
    public IReadOnlyList<MptcpHostSubflow>? Subflows { get; init; }

    internal static MptcpHostConnection From(MptcpConnection connection)
    {
        MptcpInfo? info = connection.Info;
        return new MptcpHostConnection
        {
            Token = connection.Token,
            State = connection.State,
            LocalEndPoint = connection.LocalEndPoint,
            RemoteEndPoint = connection.RemoteEndPoint,
            InterfaceIndex = connection.InterfaceIndex,
            ExtraSubflows = info?.ExtraSubflows,
            TotalSubflows = info?.TotalSubflows,
            LimitExtraSubflows = info?.LimitExtraSubflows,
            AddressesAccepted = info?.AddressesAccepted,
            LimitAddressesAccepted = info?.LimitAddressesAccepted,
            AddressesSignalled = info?.AddressesSignalled,
            LocalAddressesUsed = info?.LocalAddressesUsed,
            IsRemoteKeyReceived = info?.IsRemoteKeyReceived,
            HasFallenBack = info?.HasFallenBack ?? false,
            IsAccepted = connection.Subflows is { Count: > 0 } ? ConnectionSide.IsServer(connection) : null,
            Subflows = connection.Subflows is { } subflows ? [.. subflows.Select(MptcpHostSubflow.From)] : null,
        };
    }
}
