using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Connecting;

/// <summary>The exception for an attempt that could not be bound. The local address is at fault, not the remote one.</summary>
sealed class LocalEndPointException(IPEndPoint local, SocketException cause)
    : SocketException((int)cause.SocketErrorCode, $"binding to {local}: {Marshal.GetPInvokeErrorMessage(cause.NativeErrorCode)}");
