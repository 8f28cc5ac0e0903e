using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.AspNetCore.Interop;

/// <summary>Two sockets that listen on one address, and which of them the kernel gives new connections to. Linux only.</summary>
static unsafe class ReusePort
{
    const int SOL_SOCKET = 1, SO_REUSEPORT = 15, SO_ATTACH_REUSEPORT_CBPF = 51; // asm-generic/socket.h
    const ushort BPF_RET_K = 0x06; // linux/bpf_common.h

    /// <summary>
    /// Lets another socket of this user that allows it, too, be bound to the same address. Also for one that listens already. .NET's own ReuseAddress
    /// would do more than that.
    /// </summary>
    internal static void Allow(Socket socket)
    {
        int on = 1;
        socket.SetRawSocketOption(SOL_SOCKET, SO_REUSEPORT, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on)));
    }

    /// <summary>
    /// Has the kernel give new connections to the second socket that has joined a port: a program of one instruction, its index. Multipath TCP sockets do not
    /// take it, so it is to be given to whichever of the two is TCP; it holds for both. False where the kernel does not.
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
