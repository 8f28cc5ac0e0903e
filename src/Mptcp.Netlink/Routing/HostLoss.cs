using System.Net;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>A loss that the kernel has reported. Its paths are gone, and the connections that use them wait.</summary>
/// <param name="InterfaceIndex">The index of the interface.</param>
/// <param name="Address">The lost address; null if the interface is down, lost its carrier or is gone.</param>
/// <param name="IsUp">Whether the interface is still configured to be up.</param>
readonly record struct HostLoss(int InterfaceIndex, IPAddress? Address, bool IsUp)
{
    /// <summary>Stands for any loss: the kernel dropped notifications, or one made no sense.</summary>
    internal static HostLoss Unknown => default;

    /// <summary>Returns the loss that a notification reports; null if it reports none.</summary>
    /// <exception cref="InvalidDataException">The notification makes no sense.</exception>
    internal static HostLoss? Find(NetlinkMessage message) => message.Type switch
    {
        RTM_DELLINK or RTM_NEWLINK => Find(LinkMessage.Parse(message), isGone: message.Type == RTM_DELLINK),
        RTM_DELADDR when AddressMessage.Parse(message) is { } gone => new HostLoss(gone.Index, gone.Address, IsUp: true),
        _ => null,
    };

    /// <summary>Returns the host without what is lost; the same instance if it does not differ.</summary>
    internal MptcpHostSnapshot ApplyTo(MptcpHostSnapshot host)
    {
        MptcpInterface[] left = [.. host.Interfaces.Select(Apply)];
        return left.SequenceEqual(host.Interfaces) ? host : host with { Interfaces = left };
    }

    /// <summary>A bridge reports its ports with the same messages. An interface that leaves a bridge is not lost.</summary>
    static HostLoss? Find(LinkMessage link, bool isGone) =>
        link.IsOfBridge || (!isGone && link is { IsUp: true, HasCarrier: true })
            ? null
            : new HostLoss(link.Index, null, link.IsUp && !isGone);

    MptcpInterface Apply(MptcpInterface network)
    {
        if (network.Index != InterfaceIndex)
            return network;

        return Address is { } lost
            ? network with { Addresses = [.. network.Addresses.Where(address => !address.Address.Equals(lost))] }
            : network with
            {
                IsUp = network.IsUp && IsUp,
                HasCarrier = false,
                Addresses = [.. network.Addresses.Select(address => address with { IsReady = false })],
            };
    }
}
