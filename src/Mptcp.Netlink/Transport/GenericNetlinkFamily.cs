using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Transport;

/// <summary>The numbers of a generic netlink family and its multicast groups. They differ from machine to machine.</summary>
sealed class GenericNetlinkFamily(ushort id, IReadOnlyDictionary<string, uint> groups)
{
    internal ushort Id { get; } = id;

    internal IReadOnlyDictionary<string, uint> Groups { get; } = groups;

    /// <exception cref="MptcpNetlinkException"><c>ENOENT</c>: the family does not exist.</exception>
    internal static GenericNetlinkFamily Find(NetlinkSocket socket, string name)
    {
        const byte controllerVersion = 2;
        var request = NetlinkMessageWriter.Generic(
            stackalloc byte[NetlinkMessageWriter.Enough], GENL_ID_CTRL, CTRL_CMD_GETFAMILY, controllerVersion, NLM_F_ACK);
        request.Text(CTRL_ATTR_FAMILY_NAME, name);
        GenericNetlinkFamily? family = null;
        socket.Request(request, $"look up the generic netlink family {name}", message => family = Parse(message));
        return family ?? throw new InvalidDataException($"The kernel sent no answer about the generic netlink family {name}.");
    }

    internal static GenericNetlinkFamily Parse(NetlinkMessage message)
    {
        ushort? id = null;
        var groups = new Dictionary<string, uint>();
        foreach (NetlinkAttribute attribute in message.GenericAttributes)
        {
            switch (attribute.Type)
            {
                case CTRL_ATTR_FAMILY_ID:
                    id = attribute.UInt16;
                    break;
                case CTRL_ATTR_MCAST_GROUPS:
                    foreach (NetlinkAttribute group in attribute.Nested)
                        AddGroup(groups, group.Nested);
                    break;
            }
        }

        return new GenericNetlinkFamily(
            id ?? throw new InvalidDataException("The kernel did not report the number of a generic netlink family."), groups);
    }

    static void AddGroup(Dictionary<string, uint> groups, NetlinkAttributes attributes)
    {
        (string? name, uint? id) = (null, null);
        foreach (NetlinkAttribute attribute in attributes)
        {
            switch (attribute.Type)
            {
                case CTRL_ATTR_MCAST_GRP_NAME:
                    name = attribute.Text;
                    break;
                case CTRL_ATTR_MCAST_GRP_ID:
                    id = attribute.UInt32;
                    break;
            }
        }

        if (name is not null && id is not null)
            groups[name] = id.Value;
    }
}
