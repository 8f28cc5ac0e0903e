using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Runs the caller's ConfigureSocket, and explains the error of an option that MPTCP lacks. Neither the error nor its stack trace names
/// the option, but the stack trace contains the line of the callback. So the explained error keeps it.
/// </summary>
static class ConfigureSocketCallback
{
    internal static void Invoke(Action<Socket>? configure, Socket socket)
    {
        try
        {
            configure?.Invoke(socket);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption && IsMptcp(socket))
        {
            var explained = new SocketException(
                (int)e.SocketErrorCode,
                $"{nameof(MptcpConnectOptions.ConfigureSocket)} failed: it uses an option that MPTCP sockets do not have, such as "
                + $"{nameof(Socket.Ttl)}, {nameof(Socket.DontFragment)} or TCP_USER_TIMEOUT. The stack trace shows the line. "
                + $"Remove the option, or use {nameof(MptcpMode)}.{nameof(MptcpMode.Disabled)}. "
                + "docs/socket-options.md lists the options that work.");
            throw ExceptionDispatchInfo.SetRemoteStackTrace(explained, e.StackTrace ?? "");
        }
    }

    static bool IsMptcp(Socket socket) => !socket.SafeHandle.IsClosed && socket.GetMptcpState() == MptcpState.Mptcp;
}
