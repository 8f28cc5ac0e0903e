using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Netlink.Transport;

/// <summary>
/// The end of an answer of the kernel: errno 0 for success; otherwise, the error and, if there is one, the kernel's explanation.
/// </summary>
readonly record struct NetlinkRefusal(int Errno, string? Message)
{
    /// <summary>Parses <c>NLMSG_ERROR</c> or <c>NLMSG_DONE</c>.</summary>
    internal static NetlinkRefusal Parse(NetlinkMessage message)
    {
        int error = MemoryMarshal.Read<int>(message.Header(sizeof(int)));
        string? text = (message.Flags & NLM_F_ACK_TLVS) == 0 ? null : FindText(message);
        return new NetlinkRefusal(error is < 0 and > int.MinValue ? -error : 0, text);
    }

    static string? FindText(NetlinkMessage message)
    {
        int before = sizeof(int);
        if (message.Type == NLMSG_ERROR)
        {
            // The kernel returns the request, completely unless it reports that it was cut off.
            ReadOnlySpan<byte> request = message.Header(sizeof(int) + nlmsghdr.Size)[sizeof(int)..];
            uint length = (message.Flags & NLM_F_CAPPED) == 0 ? MemoryMarshal.Read<uint>(request[nlmsghdr.nlmsg_len..]) : nlmsghdr.Size;
            before += (int)Math.Clamp(length, nlmsghdr.Size, ushort.MaxValue);
        }

        foreach (NetlinkAttribute attribute in message.AttributesBehind(before))
        {
            if (attribute.Type == NLMSGERR_ATTR_MSG)
                return attribute.Text;
        }

        return null;
    }
}
