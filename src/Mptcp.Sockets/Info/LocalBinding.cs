using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>
/// Says whether a socket is bound. <see cref="Socket.IsBound"/> does not: to .NET, every socket that was made from a handle is bound.
/// </summary>
static class LocalBinding
{
    /// <summary>
    /// Returns the local end point of a socket; null if it is not bound. Call it before the socket connects, because that binds it.
    /// </summary>
    internal static IPEndPoint? Find(Socket socket) =>
        socket.LocalEndPoint is IPEndPoint local && (local.Port != 0 || !IsAny(local.Address)) ? local : null;

    /// <summary>
    /// As <see cref="Find(Socket)"/>, for a socket whose handle may be used: allocates nothing if the socket is not bound. Linux only.
    /// </summary>
    internal static IPEndPoint? Find(Socket socket, SafeSocketHandle handle) => NativeName.HasLocal(handle) ? Find(socket) : null;

    static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
