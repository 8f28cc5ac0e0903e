using System.Net.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Creation;

/// <summary>Says which protocol this process gets when it asks for a TCP socket. Under <c>mptcpize run</c>, that is MPTCP.</summary>
static class PlainSockets
{
    static readonly Lazy<bool> s_areMptcp = new(Look, LazyThreadSafetyMode.PublicationOnly); // a failure, such as EMFILE, is not kept

    /// <summary>True if .NET's own TCP sockets are MPTCP sockets. Looked up once, because it is decided when the process starts.</summary>
    internal static bool AreMptcp => s_areMptcp.Value;

    static bool Look()
    {
        if (!OperatingSystem.IsLinux())
            return false;

        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            return SocketProtocol.IsMptcp(socket);
        }
        catch (SocketException e) when (Refusal.FromErrno(e.NativeErrorCode, AddressFamily.InterNetwork) is not null)
        {
            return true; // something asked for MPTCP, and this system refused it
        }
    }
}
