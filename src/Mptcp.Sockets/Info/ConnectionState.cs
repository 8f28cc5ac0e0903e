using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Reads what a socket speaks now. One system call where Multipath TCP is in use on a kernel since 6.10.</summary>
static class ConnectionState
{
    static readonly Lazy<StateSource> s_source = new(ProbeSource, LazyThreadSafetyMode.PublicationOnly); // a failure, such as EMFILE, is not kept

    /// <summary>The best source of this kernel.</summary>
    internal static StateSource Source => s_source.Value;

    internal static MptcpState Read(Socket socket) => Read(socket, Source);

    /// <summary>For tests, which read through each source: a newer kernel still has the older ones.</summary>
    internal static MptcpState Read(Socket socket, StateSource source)
    {
        if (source == StateSource.StateOption && SocketProtocol.ReadInt32(socket, SOL_TCP, TCP_IS_MPTCP) != 0)
            return MptcpState.Mptcp;

        if (SocketProtocol.Read(socket) != IPPROTO_MPTCP)
            return MptcpState.Tcp;

        bool fellBack = source switch
        {
            StateSource.StateOption => true,
            StateSource.Info => !NativeOption.TryRead(socket.SafeHandle, SOL_MPTCP, MPTCP_INFO, out _),
            _ => NativeOption.TryRead(socket.SafeHandle, SOL_TCP, TCP_USER_TIMEOUT, out _),
        };
        return fellBack ? MptcpState.FellBack : MptcpState.Mptcp;
    }

    /// <summary>A TCP socket tells: an option that the kernel does not know is refused on it, too.</summary>
    static StateSource ProbeSource()
    {
        using NativeSocket tcp = NativeSocket.OpenTcp(AddressFamily.InterNetwork);
        if (tcp.GetOption(SOL_TCP, TCP_IS_MPTCP, stackalloc byte[sizeof(int)]) > 0)
            return StateSource.StateOption;

        // SOL_MPTCP cannot be asked of a TCP socket, and there may be no other to ask (the sysctl); 5.16 brought it.
        return Kernel.Version >= new Version(5, 16) ? StateSource.Info : StateSource.FallbackOnlyOption;
    }
}
