using System.Runtime.InteropServices;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Tests.Support.KernelMessages;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Netlink.Tests;

/// <summary>The end of an answer of the kernel. Each field has another value, so that none is read from the place of another.</summary>
public class RefusalParsingTests
{
    [Theory]
    [InlineData(NLMSG_DONE, 0, -ENOENT, ENOENT, null)]
    [InlineData(NLMSG_DONE, NLM_F_ACK_TLVS, -ENOENT, ENOENT, "why")]
    [InlineData(NLMSG_ERROR, NLM_F_ACK_TLVS | NLM_F_CAPPED, -ENOENT, ENOENT, "why")]
    [InlineData(NLMSG_ERROR, NLM_F_ACK_TLVS, -ENOENT, ENOENT, "why")]
    [InlineData(NLMSG_DONE, 0, 0, 0, null)]
    [InlineData(NLMSG_DONE, 0, 7, 0, null)] // a length, not an error
    [InlineData(NLMSG_DONE, 0, int.MinValue, 0, null)]
    public void A_refusal_is_parsed_behind_the_request_that_it_repeats(ushort type, ushort flags, int error, int errno, string? text)
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], type, flags);
        MemoryMarshal.Write(writer.Header(sizeof(int)), error);
        if (type == NLMSG_ERROR)
        {
            bool isWhole = (flags & NLM_F_CAPPED) == 0;
            MemoryMarshal.Write(writer.Header(nlmsghdr.Size)[nlmsghdr.nlmsg_len..], nlmsghdr.Size + 8);
            if (isWhole)
                writer.Header(8);
        }

        writer.UInt32(2, 4); // the place of the error in the request
        writer.Text(NLMSGERR_ATTR_MSG, "why");

        NetlinkRefusal.Parse(Only(writer.Message)).Should().Be(new NetlinkRefusal(errno, text));
    }
}
