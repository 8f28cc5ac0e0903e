using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Mptcp.Lab.Interop.PacketConstants;
using static Mptcp.Lab.Interop.PacketLayout;

namespace Mptcp.Lab.Interop;

/// <summary>Receives and sends the frames of one network device: packet(7). Non-blocking.</summary>
sealed unsafe class PacketSocket : IDisposable
{
    internal const int LargestFrame = 65_535 + 18; // of IP, and an Ethernet header with a VLAN tag
    const int KernelBuffer = 8 * 1024 * 1024;

    /// <summary>Opens a socket in the network namespace of the calling thread.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    /// <param name="deviceIndex">The index of the device.</param>
    /// <param name="takesOutgoing">Whether frames that the device sends are received, too.</param>
    internal PacketSocket(int deviceIndex, bool takesOutgoing = false)
    {
        ushort protocol = BinaryPrimitives.ReverseEndianness(ETH_P_ALL); // in network byte order
        Handle = Libc.socket(AF_PACKET, RouteConstants.SOCK_RAW | RouteConstants.SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        Check(Handle.IsInvalid ? -1 : 0, "socket(AF_PACKET)");
        int ignoreOutgoing = takesOutgoing ? 0 : 1, size = KernelBuffer;
        Check(Libc.setsockopt(Handle, SOL_PACKET, PACKET_IGNORE_OUTGOING, &ignoreOutgoing, sizeof(int)), "setsockopt(PACKET_IGNORE_OUTGOING)");
        _ = Libc.setsockopt(Handle, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(int)); // not allowed in a user namespace, where bursts may be lost
        _ = Libc.setsockopt(Handle, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(int));
        var address = new sockaddr_ll { sll_family = AF_PACKET, sll_protocol = protocol, sll_ifindex = deviceIndex };
        Check(Libc.bind(Handle, &address, (uint)sizeof(sockaddr_ll)), "bind(AF_PACKET)");
    }

    internal SafeFileHandle Handle { get; }

    /// <returns>The length of the frame; 0 if there is none now.</returns>
    internal int Receive(Span<byte> frame)
    {
        fixed (byte* bytes = frame)
            return (int)Math.Max(0, Libc.recv(Handle, bytes, (nuint)frame.Length, 0)); // an error means that the device went down
    }

    /// <summary>Reads the arrival time of the last frame that was received, in nanoseconds since 1970.</summary>
    internal long ReadTimestamp()
    {
        const long nanosecondsPerSecond = 1_000_000_000;
        timespec time;
        return Libc.ioctl(Handle, SIOCGSTAMPNS, &time) == 0 ? time.tv_sec * nanosecondsPerSecond + time.tv_nsec : 0;
    }

    /// <summary>Sends a frame. Drops it if there is no room or the device is down, as a real device does.</summary>
    internal void Send(ReadOnlySpan<byte> frame)
    {
        fixed (byte* bytes = frame)
            _ = Libc.send(Handle, bytes, (nuint)frame.Length, 0);
    }

    public void Dispose() => Handle.Dispose();

    static void Check(int result, string call)
    {
        if (result < 0)
            throw new LabException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }
}
