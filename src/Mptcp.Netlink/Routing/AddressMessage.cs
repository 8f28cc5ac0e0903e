using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>A message of rtnetlink about an address: <c>RTM_NEWADDR</c>, <c>RTM_DELADDR</c>.</summary>
readonly record struct AddressMessage(int Index, IPAddress Address, uint Flags, byte Scope, byte PrefixLength = 0)
{
    /// <summary>Whether the address reaches hosts beyond the link, is permanent, and is unique.</summary>
    internal bool CarriesPaths => Scope is RT_SCOPE_UNIVERSE or RT_SCOPE_SITE
        && (Flags & IFA_F_DADFAILED) == 0
        && !IsTemporary
        && !IsIPv4LinkLocal;

    internal bool IsTemporary => IsIPv6 && (Flags & IFA_F_TEMPORARY) != 0;

    /// <summary>Whether connections may begin from the address.</summary>
    internal bool IsReady => (Flags & (IFA_F_TENTATIVE | IFA_F_DEPRECATED)) == 0;

    internal bool IsGlobalIPv6 => IsIPv6 && !Address.IsIPv6UniqueLocal;

    bool IsIPv6 => Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;

    /// <summary>Whether the address is in 169.254.0.0/16, which some programs add with global scope.</summary>
    bool IsIPv4LinkLocal => !IsIPv6 && Address.GetAddressBytes() is [169, 254, ..];

    /// <summary>Parses a message; returns null for another family.</summary>
    /// <exception cref="InvalidDataException">The message has no address, or too few bytes.</exception>
    internal static AddressMessage? Parse(NetlinkMessage message)
    {
        ReadOnlySpan<byte> header = message.Header(ifaddrmsg.Size);
        int family = header[ifaddrmsg.ifa_family];
        if (family is not (AF_INET or AF_INET6))
            return null;

        (IPAddress? local, IPAddress? address) = (null, null);
        uint flags = header[ifaddrmsg.ifa_flags];
        foreach (NetlinkAttribute attribute in message.AttributesBehind(ifaddrmsg.Size))
        {
            switch (attribute.Type)
            {
                // On a point-to-point interface, IFA_ADDRESS is the peer's address: linux/if_addr.h.
                case IFA_LOCAL:
                    local = AddressParser.Parse(attribute, family == AF_INET6);
                    break;
                case IFA_ADDRESS:
                    address = AddressParser.Parse(attribute, family == AF_INET6);
                    break;
                case IFA_FLAGS:
                    flags = attribute.UInt32;
                    break;
            }
        }

        return new AddressMessage(
            MemoryMarshal.Read<int>(header[ifaddrmsg.ifa_index..]),
            local ?? address ?? throw new InvalidDataException("The kernel sent an address message without the address."),
            flags,
            header[ifaddrmsg.ifa_scope],
            header[ifaddrmsg.ifa_prefixlen]);
    }
}
