using System.Net.NetworkInformation;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Converts the kernel's TCP states to those of .NET, which have other numbers.</summary>
static class TcpStates
{
    internal static TcpState FromKernel(byte? state) => state switch
    {
        TCP_ESTABLISHED => TcpState.Established,
        TCP_SYN_SENT => TcpState.SynSent,
        TCP_SYN_RECV or TCP_NEW_SYN_RECV => TcpState.SynReceived,
        TCP_FIN_WAIT1 => TcpState.FinWait1,
        TCP_FIN_WAIT2 => TcpState.FinWait2,
        TCP_TIME_WAIT => TcpState.TimeWait,
        TCP_CLOSE => TcpState.Closed,
        TCP_CLOSE_WAIT => TcpState.CloseWait,
        TCP_LAST_ACK => TcpState.LastAck,
        TCP_LISTEN => TcpState.Listen,
        TCP_CLOSING => TcpState.Closing,
        _ => TcpState.Unknown,
    };

    /// <summary>
    /// Converts to bits, one for each of the kernel's states that are the same to .NET; 0 for <see cref="TcpState.Unknown"/>.
    /// </summary>
    internal static uint ToKernelMask(TcpState state)
    {
        uint mask = 0;
        for (byte kernelState = TCP_ESTABLISHED; kernelState <= TCP_NEW_SYN_RECV; kernelState++)
        {
            if (FromKernel(kernelState) == state)
                mask |= 1u << kernelState;
        }

        return mask;
    }
}
