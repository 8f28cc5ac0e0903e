using System.Net;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.PathManager;

/// <summary>The attributes of an event: <c>MPTCP_ATTR_*</c>.</summary>
struct EventAttributes
{
    const uint TransientReset = 1; // T of MP_TCPRST: RFC 8684, section 3.6

    uint? _token;
    IPAddress? _source;
    IPAddress? _destination;
    ushort? _sourcePort;
    ushort? _destinationPort;
    byte? _localId;
    byte? _remoteId;
    byte? _backup;
    byte? _serverSide;
    byte? _error;
    ushort? _flags;
    uint? _resetReason;
    uint? _resetFlags;

    internal readonly uint Token => _token ?? throw Missing("token");

    internal readonly IPEndPoint Local => new(_source ?? throw Missing("source address"), _sourcePort ?? throw Missing("source port"));

    internal readonly IPEndPoint Remote =>
        new(_destination ?? throw Missing("destination address"), _destinationPort ?? throw Missing("destination port"));

    internal readonly byte LocalId => _localId ?? 0;

    internal readonly byte RemoteId => _remoteId ?? 0;

    internal readonly bool IsBackup => _backup is > 0;

    /// <summary>Linux 6.18 has a flag for it, and sends the attribute only if it is true.</summary>
    internal readonly bool IsServerSide => _serverSide is > 0 || (_flags & MPTCP_PM_EV_FLAG_SERVER_SIDE) > 0;

    internal readonly bool IsInitialAddressDenied => (_flags & MPTCP_PM_EV_FLAG_DENY_JOIN_ID0) > 0;

    internal readonly int? Error => _error is > 0 ? _error : null;

    internal readonly MptcpResetReason? ResetReason => (MptcpResetReason?)_resetReason;

    internal readonly bool? IsResetTransient => _resetFlags is null ? null : (_resetFlags & TransientReset) != 0;

    internal int? InterfaceIndex { get; private set; }

    internal static EventAttributes Parse(NetlinkAttributes attributes)
    {
        var parsed = new EventAttributes();
        foreach (NetlinkAttribute attribute in attributes)
            parsed.Take(attribute);

        return parsed;
    }

    void Take(NetlinkAttribute attribute)
    {
        switch (attribute.Type)
        {
            case MPTCP_ATTR_TOKEN:
                _token = attribute.UInt32;
                break;
            case MPTCP_ATTR_LOC_ID:
                _localId = attribute.Byte;
                break;
            case MPTCP_ATTR_REM_ID:
                _remoteId = attribute.Byte;
                break;
            case MPTCP_ATTR_SADDR4 or MPTCP_ATTR_SADDR6:
                _source = AddressParser.Parse(attribute, isIPv6: attribute.Type == MPTCP_ATTR_SADDR6);
                break;
            case MPTCP_ATTR_DADDR4 or MPTCP_ATTR_DADDR6:
                _destination = AddressParser.Parse(attribute, isIPv6: attribute.Type == MPTCP_ATTR_DADDR6);
                break;
            case MPTCP_ATTR_SPORT:
                _sourcePort = attribute.NetworkUInt16;
                break;
            case MPTCP_ATTR_DPORT:
                _destinationPort = attribute.NetworkUInt16;
                break;
            case MPTCP_ATTR_BACKUP:
                _backup = attribute.Byte;
                break;
            case MPTCP_ATTR_ERROR:
                _error = attribute.Byte;
                break;
            case MPTCP_ATTR_FLAGS:
                _flags = attribute.UInt16;
                break;
            case MPTCP_ATTR_IF_IDX:
                InterfaceIndex = attribute.Int32;
                break;
            case MPTCP_ATTR_RESET_REASON:
                _resetReason = attribute.UInt32;
                break;
            case MPTCP_ATTR_RESET_FLAGS:
                _resetFlags = attribute.UInt32;
                break;
            case MPTCP_ATTR_SERVER_SIDE:
                _serverSide = attribute.Byte;
                break;
        }
    }

    static InvalidDataException Missing(string what) => new($"The kernel sent an event without a {what}.");
}
