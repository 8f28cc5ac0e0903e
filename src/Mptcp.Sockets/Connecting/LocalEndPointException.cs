using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Connecting;

/// <summary>An attempt failed before it began, since it could not be bound: the fault is the local address's, not the remote one's.</summary>
sealed class LocalEndPointException(IPEndPoint local, SocketException cause)
    : SocketException((int)cause.SocketErrorCode, $"binding to {local}: {Marshal.GetPInvokeErrorMessage(cause.NativeErrorCode)}");
