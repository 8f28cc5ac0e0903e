using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.AspNetCore.Interop;

/// <summary>Lets two sockets listen on one address, and chooses which of them gets new connections. Linux only.</summary>
static unsafe class ReusePort
{
    const int SOL_SOCKET = 1, SO_REUSEPORT = 15, SO_ATTACH_REUSEPORT_CBPF = 51; // asm-generic/socket.h
    const ushort BPF_RET_K = 0x06; // linux/bpf_common.h

    /// <summary>
    /// Allows another socket of this user with the same option to bind the same address. Works on a listening socket, too. .NET's
    /// ReuseAddress would set further options.
    /// </summary>
    internal static void Allow(Socket socket)
    {
        int on = 1;
        socket.SetRawSocketOption(SOL_SOCKET, SO_REUSEPORT, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
    }

    /// <summary>
    /// Makes the kernel give new connections to the second socket of a port, with a program of one instruction that returns its index.
    /// MPTCP sockets refuse the option, so set it on the TCP socket of the two: it applies to both. Returns false if the kernel refuses
    /// it.
    /// </summary>
    internal static bool TryPreferSecond(Socket socket)
    {
        var instruction = new Instruction { Code = BPF_RET_K, Value = 1 };
        var program = new Program { Length = 1, Instructions = &instruction };
        try
        {
            socket.SetRawSocketOption(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, MemoryMarshal.AsBytes(new ReadOnlySpan<Program>(in program)));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption or SocketError.InvalidArgument
            or SocketError.AccessDenied)
        {
            return false;
        }
    }

    /// <summary><c>struct sock_fprog</c> of linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Program
    {
        internal ushort Length;
        internal Instruction* Instructions;
    }

    /// <summary><c>struct sock_filter</c> of linux/filter.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    struct Instruction
    {
        internal ushort Code;
        internal byte JumpIfTrue;
        internal byte JumpIfFalse;
        internal uint Value;
    }
}
