using System.Runtime.InteropServices;
using System.Text;
using static Mptcp.Sockets.Interop.EndpointConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>Asks the kernel for the host's MPTCP endpoints, over generic netlink. An ordinary user may, but for Linux 6.7 to 6.11. Linux only.</summary>
static unsafe class NativeEndpoints
{
    /// <summary>Bounds what is read: 64 endpoints, the most of any kernel, take less than 8 KiB.</summary>
    const int MostAnswers = 16;

    const int HeaderLength = 20; // struct nlmsghdr, struct genlmsghdr

    static ushort s_family; // the number of "mptcp_pm"; 0 until known; the kernel does not change it

    /// <summary>The messages of the kernel's list, header and all; empty where it does not tell.</summary>
    internal static IReadOnlyList<byte[]> Read()
    {
        using NativeSocket? netlink = NativeSocket.TryOpenNetlink(NETLINK_GENERIC);
        if (netlink is null)
            return [];

        if (s_family == 0)
            s_family = Ask(netlink, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, version: 1, dump: false, FamilyName()) is [var answer] ? NetlinkAttributes.FindFamily(answer) : (ushort)0;

        return s_family == 0 ? [] : Ask(netlink, s_family, MPTCP_PM_CMD_GET_ADDR, MPTCP_PM_VER, dump: true, []);
    }

    static byte[] FamilyName()
    {
        byte[] name = Encoding.ASCII.GetBytes("mptcp_pm\0");
        byte[] attribute = new byte[16]; // 4 of header, 9 of name, and padding
        MemoryMarshal.Write(attribute, (ushort)(4 + name.Length));
        MemoryMarshal.Write(attribute.AsSpan(2), CTRL_ATTR_FAMILY_NAME);
        name.CopyTo(attribute, 4);
        return attribute;
    }

    static List<byte[]> Ask(NativeSocket netlink, ushort type, byte command, byte version, bool dump, ReadOnlySpan<byte> attributes)
    {
        Span<byte> request = stackalloc byte[HeaderLength + attributes.Length];
        request.Clear();
        MemoryMarshal.Write(request, request.Length);
        MemoryMarshal.Write(request[4..], type);
        MemoryMarshal.Write(request[6..], (ushort)(NLM_F_REQUEST | (dump ? NLM_F_DUMP : 0)));
        request[16] = command;
        request[17] = version;
        attributes.CopyTo(request[HeaderLength..]);
        List<byte[]> answers = [];
        if (!netlink.TrySend(request))
            return answers;

        Span<byte> buffer = stackalloc byte[8192];
        for (int i = 0; i < MostAnswers; i++)
        {
            // The kernel has answered before the request returns.
            int length = netlink.TryReceive(buffer);
            if (length <= 0 || !NetlinkAttributes.TrySplit(buffer[..length], type, answers) || !dump)
                break;
        }

        return answers;
    }
}
