using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Reads which protocol a socket uses now. One system call if MPTCP is in use on Linux 6.10 or later.</summary>
static class ConnectionState
{
    static readonly Lazy<StateSource> s_source = new(ProbeSource, LazyThreadSafetyMode.PublicationOnly); // a failure, such as EMFILE, is not kept

    /// <summary>The best source that this kernel has.</summary>
    internal static StateSource Source => s_source.Value;

    internal static MptcpState Read(Socket socket) => Read(socket, Source);

    /// <summary>Reads from the given source. For tests: a newer kernel still has the older sources.</summary>
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

    /// <summary>Asks a TCP socket: it, too, refuses an option that the kernel does not know.</summary>
    static StateSource ProbeSource()
    {
        using NativeSocket tcp = NativeSocket.OpenTcp(AddressFamily.InterNetwork);
        if (tcp.GetOption(SOL_TCP, TCP_IS_MPTCP, stackalloc byte[sizeof(int)]) > 0)
            return StateSource.StateOption;

        // A TCP socket cannot be asked for SOL_MPTCP, and the sysctl may forbid MPTCP sockets. Linux 5.16 introduced it.
        return Kernel.Version >= new Version(5, 16) ? StateSource.Info : StateSource.FallbackOnlyOption;
    }
}
