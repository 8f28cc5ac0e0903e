using System.Net.Sockets;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Runs the caller's ConfigureSocket, and explains the error of an option that MPTCP lacks. The error does not contain the option's name, and neither does its
/// stack trace: .NET's properties are not in it.
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
            throw new SocketException(
                (int)e.SocketErrorCode,
                $"{nameof(MptcpConnectOptions.ConfigureSocket)} failed: it uses an option that MPTCP sockets do not have, such as {nameof(Socket.Ttl)}, {nameof(Socket.DontFragment)} or "
                + $"TCP_USER_TIMEOUT. Remove the option, or use {nameof(MptcpMode)}.{nameof(MptcpMode.Disabled)}. docs/socket-options.md lists the options that work.");
        }
    }

    static bool IsMptcp(Socket socket) => !socket.SafeHandle.IsClosed && socket.GetMptcpState() == MptcpState.Mptcp;
}
