using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;
using Libc = Mptcp.Netlink.Interop.Libc;

namespace Mptcp.Netlink.Transport;

/// <summary>
/// A netlink socket of any protocol, in the network namespace of the thread that opened it. Not
/// thread-safe.
/// </summary>
sealed unsafe class NetlinkSocket : IDisposable
{
    const int MostAttempts = 10;
    const int InitialBuffer = 32 * 1024; // of a list, the kernel sends more at once only for a single element: netlink_dump
    const int KernelBuffer = 256 * 1024; // independent of net.core.rmem_default

    uint _sequence;
    byte[] _buffer = new byte[InitialBuffer];

    NetlinkSocket(SafeSocketHandle handle)
    {
        Handle = handle;
        SetOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
        SetOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
        SetKernelBuffer(KernelBuffer);
        PortId = Bind();
    }

    internal SafeSocketHandle Handle { get; }

    /// <summary>The netlink address of the socket.</summary>
    internal uint PortId { get; }

    /// <summary>The number of lists that were requested again, because something changed meanwhile or was longer than expected.</summary>
    internal int InterruptedDumps { get; private set; }

    /// <param name="protocol">The netlink protocol, such as <c>NETLINK_GENERIC</c>.</param>
    /// <exception cref="SocketException">The system has no free socket.</exception>
    internal static NetlinkSocket Open(int protocol)
    {
        int fd = Sockets.Interop.Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
        if (fd < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());

        var handle = new SafeSocketHandle(fd, ownsHandle: true);
        try
        {
            return new NetlinkSocket(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request, and waits for the end of the answer.</summary>
    /// <param name="request">The request, with <c>NLM_F_ACK</c>.</param>
    /// <param name="purpose">The purpose, as in "The kernel refuses to …".</param>
    /// <param name="visit">Receives each message of the answer, if there is data.</param>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    /// <exception cref="InvalidDataException">The kernel's answer makes no sense.</exception>
    internal void Request(NetlinkMessageWriter request, string purpose, NetlinkVisitor? visit = null)
    {
        if (!Exchange(request, purpose, visit))
            throw MptcpNetlinkException.Create(purpose, EMSGSIZE, "its answer is longer than expected");
    }

    /// <summary>Requests a list. If something changes during the listing, or is longer than expected, the request is repeated.</summary>
    /// <param name="request">The request, with <c>NLM_F_DUMP</c>.</param>
    /// <param name="purpose">The purpose, as for <see cref="Request"/>.</param>
    /// <param name="begin">Discards the elements of an earlier attempt.</param>
    /// <param name="visit">Receives an element.</param>
    /// <exception cref="MptcpNetlinkException">The kernel refuses, or the list changes during each attempt.</exception>
    /// <exception cref="InvalidDataException">The kernel's answer makes no sense.</exception>
    internal void Dump(NetlinkMessageWriter request, string purpose, Action begin, NetlinkVisitor visit)
    {
        for (int attempt = 1; attempt <= MostAttempts; attempt++)
        {
            begin();
            if (Exchange(request, purpose, visit))
                return;

            InterruptedDumps++;
        }

        throw MptcpNetlinkException.Create(purpose, EBUSY, $"the list changed during each of {MostAttempts} attempts");
    }

    /// <summary>
    /// Receives a datagram from the kernel. Returns <c>EAGAIN</c> if there is none now, <c>ENOBUFS</c> if the kernel had no room for some,
    /// and <c>EMSGSIZE</c> if one was lost because it was longer than expected, as the next may be.
    /// </summary>
    /// <param name="datagram">The datagram, until the next call.</param>
    /// <returns>0 or the errno.</returns>
    internal int TryReceive(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        while (true)
        {
            // The length is not peeked at first: while a part of a list waits, the kernel would create the next part and have no room for
            // it (ENOBUFS).
            nint length = Receive(_buffer, out uint sender);
            if (length < 0 && Marshal.GetLastPInvokeError() is var errno and not EINTR)
                return errno;

            // Other processes can send to a netlink socket, too.
            if (length < 0 || sender != 0)
                continue;

            if (length > _buffer.Length)
            {
                _buffer = new byte[length];
                return EMSGSIZE;
            }

            datagram = _buffer.AsSpan(0, (int)length);
            return 0;
        }
    }

    /// <summary>Lets the kernel send a message that reports nothing. Other threads may call it.</summary>
    internal void Echo() =>
        Send(new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], NLMSG_NOOP, NLM_F_ACK).Message, "answer");

    /// <summary>Returns false if the kernel refuses the option or its value: see <see cref="Marshal.GetLastPInvokeError"/>.</summary>
    internal bool TrySetOption(int level, int name, int value) => Libc.setsockopt(Handle, level, name, &value, sizeof(int)) == 0;

    internal void SetOption(int level, int name, int value)
    {
        if (!TrySetOption(level, name, value))
            throw Errno.ToException(Marshal.GetLastPInvokeError());
    }

    internal int GetOption(int level, int name) =>
        NativeOption.TryRead(Handle, level, name, out int value) ? value : throw Errno.ToException(Marshal.GetLastPInvokeError());

    /// <summary>
    /// Sets how many bytes the kernel keeps, including its own structures. If this process may, exceeds the limit of the system.
    /// </summary>
    /// <returns>The actual number of bytes.</returns>
    internal int SetKernelBuffer(int size)
    {
        int half = size / 2; // the kernel doubles it: socket(7)
        if (!TrySetOption(SOL_SOCKET, SO_RCVBUFFORCE, half))
            SetOption(SOL_SOCKET, SO_RCVBUF, half);

        return GetOption(SOL_SOCKET, SO_RCVBUF);
    }

    public void Dispose() => Handle.Dispose();

    /// <summary>Returns whether the answer is complete, and nothing changed during it.</summary>
    bool Exchange(NetlinkMessageWriter request, string purpose, NetlinkVisitor? visit)
    {
        Span<byte> message = request.Message;
        MemoryMarshal.Write(message[nlmsghdr.nlmsg_seq..], ++_sequence);
        Forget();
        Send(message, purpose);
        bool isWhole = true, isUnchanged = true;
        while (true)
        {
            // The kernel answers before sending returns, so there is nothing to wait for.
            switch (TryReceive(out ReadOnlySpan<byte> datagram))
            {
                case 0:
                    break;
                case EMSGSIZE:
                    isWhole = false;
                    continue;
                case EAGAIN when !isWhole:
                    return false;
                case EAGAIN:
                    throw MptcpNetlinkException.Create(purpose, EAGAIN, "it does not answer");
                case var errno:
                    throw MptcpNetlinkException.Create(purpose, errno, null);
            }

            foreach (NetlinkMessage answer in new NetlinkMessages(datagram))
            {
                if (answer.Sequence != _sequence || answer.PortId != PortId)
                    continue;

                isUnchanged &= (answer.Flags & NLM_F_DUMP_INTR) == 0;
                switch (answer.Type)
                {
                    case NLMSG_NOOP:
                        break;
                    case NLMSG_ERROR or NLMSG_DONE:
                        NetlinkRefusal refusal = NetlinkRefusal.Parse(answer);
                        if (refusal.Errno != 0)
                            throw MptcpNetlinkException.Create(purpose, refusal.Errno, refusal.Message);

                        return isWhole && isUnchanged;
                    case NLMSG_OVERRUN:
                        throw MptcpNetlinkException.Create(purpose, ENOBUFS, null);
                    default:
                        visit?.Invoke(answer);
                        break;
                }
            }
        }
    }

    /// <summary>
    /// Receives the rest of an answer that was not read to its end, because it made no sense or there was no room. Otherwise, the kernel
    /// would refuse the next list (EBUSY).
    /// </summary>
    void Forget()
    {
        while (TryReceive(out _) is 0 or ENOBUFS or EMSGSIZE)
        {
        }
    }

    void Send(ReadOnlySpan<byte> message, string purpose)
    {
        byte* kernel = stackalloc byte[sockaddr_nl.Size];
        new Span<byte>(kernel, sockaddr_nl.Size).Clear();
        *(ushort*)kernel = AF_NETLINK;
        nint sent;
        fixed (byte* bytes = message)
        {
            do
                sent = Libc.sendto(Handle, bytes, (nuint)message.Length, 0, kernel, sockaddr_nl.Size);
            while (sent < 0 && Marshal.GetLastPInvokeError() == EINTR);
        }

        if (sent < 0)
            throw MptcpNetlinkException.Create(purpose, Marshal.GetLastPInvokeError(), null);

        Debug.Assert(sent == message.Length, "A datagram is sent completely.");
    }

    nint Receive(Span<byte> buffer, out uint sender)
    {
        byte* address = stackalloc byte[sockaddr_nl.Size];
        uint addressLength = sockaddr_nl.Size;
        nint length;
        fixed (byte* bytes = buffer)
            length = Libc.recvfrom(Handle, bytes, (nuint)buffer.Length, MSG_TRUNC | MSG_DONTWAIT, address, &addressLength);

        sender = length >= 0 && addressLength == sockaddr_nl.Size ? *(uint*)(address + sockaddr_nl.nl_pid) : uint.MaxValue;
        return length;
    }

    /// <summary>Lets the kernel assign a port, and returns it.</summary>
    uint Bind()
    {
        byte* address = stackalloc byte[sockaddr_nl.Size];
        uint length = sockaddr_nl.Size;
        new Span<byte>(address, sockaddr_nl.Size).Clear();
        *(ushort*)address = AF_NETLINK;
        if (Libc.bind(Handle, address, length) != 0 || Sockets.Interop.Libc.getsockname(Handle, address, &length) != 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());

        return *(uint*)(address + sockaddr_nl.nl_pid);
    }
}
