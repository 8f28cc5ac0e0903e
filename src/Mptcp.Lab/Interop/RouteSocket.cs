using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static Mptcp.Lab.Interop.RouteConstants;
using static Mptcp.Lab.Interop.RouteLayout;

namespace Mptcp.Lab.Interop;

/// <summary>
/// Configures the network namespace of the thread that opens it, from any thread: rtnetlink(7). Does the work of ip(8) without a process.
/// Thread-safe.
/// </summary>
sealed unsafe class RouteSocket : IDisposable
{
    readonly Lock _lock = new();
    readonly SafeFileHandle _handle;
    readonly byte[] _buffer = new byte[32 * 1024]; // the kernel's answer for one device is about 2 KiB
    uint _sequence;

    internal RouteSocket()
    {
        _handle = Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
        if (_handle.IsInvalid)
            throw new LabException($"socket(AF_NETLINK): {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

        int yes = 1;
        _ = Libc.setsockopt(_handle, SOL_NETLINK, NETLINK_EXT_ACK, &yes, sizeof(int)); // for better messages, if the kernel has them
        _ = Libc.setsockopt(_handle, SOL_NETLINK, NETLINK_CAP_ACK, &yes, sizeof(int));
    }

    /// <summary>Sends a request and waits for the answer, which the kernel gives at once.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ignored">The errors that mean that there is nothing to do.</param>
    /// <returns>The body of the kernel's answer; empty if it only acknowledges.</returns>
    /// <exception cref="LabException">The kernel refuses.</exception>
    internal byte[] Request(RouteRequest request, params ReadOnlySpan<int> ignored)
    {
        lock (_lock)
        {
            byte[] message = request.ToMessage(++_sequence), answer = [];
            fixed (byte* bytes = message)
                Check(Libc.send(_handle, bytes, (nuint)message.Length, 0), request);

            while (true)
            {
                ReadOnlySpan<byte> rest = Receive(request);
                while (rest.Length >= sizeof(nlmsghdr) && MemoryMarshal.Read<nlmsghdr>(rest) is var header
                    && header.nlmsg_len >= sizeof(nlmsghdr) && header.nlmsg_len <= rest.Length)
                {
                    ReadOnlySpan<byte> body = rest[sizeof(nlmsghdr)..(int)header.nlmsg_len];
                    rest = rest[Math.Min(Align((int)header.nlmsg_len), rest.Length)..];
                    if (header.nlmsg_seq != _sequence)
                        continue;

                    if (header.nlmsg_type != NLMSG_ERROR)
                    {
                        answer = body.ToArray();
                        continue;
                    }

                    int error = body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(body) : throw Refusal(request, "its answer is too short");
                    return error == 0 || ignored.Contains(error)
                        ? answer
                        : throw Refusal(request, $"{Marshal.GetPInvokeErrorMessage(error)}{Explanation(header, body)}");
                }
            }
        }
    }

    /// <summary>Makes a device send packets as they travel: one by one, each with its checksum.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    internal void TurnOffloadsOff(string device)
    {
        var value = new PacketLayout.ethtool_value { cmd = PacketConstants.ETHTOOL_STXCSUM };
        var request = new PacketLayout.ifreq { ifr_data = &value };
        Encoding.UTF8.GetBytes(device, new Span<byte>(request.ifr_name, 16));
        if (Libc.ioctl(_handle, PacketConstants.SIOCETHTOOL, &request) < 0)
            throw new LabException($"cannot turn the offloads of {device} off: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }

    public void Dispose() => _handle.Dispose();

    ReadOnlySpan<byte> Receive(RouteRequest request)
    {
        fixed (byte* buffer = _buffer)
            return _buffer.AsSpan(0, (int)Check(Libc.recv(_handle, buffer, (nuint)_buffer.Length, 0), request));
    }

    static nint Check(nint result, RouteRequest request) =>
        result >= 0 ? result : throw Refusal(request, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()));

    static LabException Refusal(RouteRequest request, string why) => new($"cannot {request.Purpose}: {why}.");

    /// <summary>Returns the kernel's own message, which follows the error and the header of the request.</summary>
    static string Explanation(nlmsghdr header, ReadOnlySpan<byte> body)
    {
        int start = sizeof(int) + sizeof(nlmsghdr);
        if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0 || (header.nlmsg_flags & NLM_F_CAPPED) == 0 || body.Length < start)
            return "";

        ReadOnlySpan<byte> words = RouteAttributes.Find(body[start..], NLMSGERR_ATTR_MSG);
        return words.IsEmpty ? "" : $" ({Encoding.UTF8.GetString(words.TrimEnd((byte)0))})";
    }
}
