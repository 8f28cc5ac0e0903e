using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>Whether a socket is bound. <see cref="Socket.IsBound"/> does not say: .NET takes every socket made from a handle for bound.</summary>
static class LocalBinding
{
    /// <summary>What the socket is bound to; null if it is not. To be asked before it connects, which binds it.</summary>
    internal static IPEndPoint? Find(Socket socket) =>
        socket.LocalEndPoint is IPEndPoint local && (local.Port != 0 || !IsAny(local.Address)) ? local : null;

    /// <summary>As <see cref="Find(Socket)"/>, where the handle may be asked for: so, nothing is allocated for a socket that is not bound. Linux only.</summary>
    internal static IPEndPoint? Find(Socket socket, SafeSocketHandle handle) => NativeName.HasLocal(handle) ? Find(socket) : null;

    static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
