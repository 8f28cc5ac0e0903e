using System.Net;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Feed;

/// <summary>The names of the network interfaces of a host, by index and by address.</summary>
sealed class InterfaceNames(IReadOnlyList<MptcpInterface> interfaces)
{
    readonly Dictionary<int, string> _byIndex = interfaces.ToDictionary(one => one.Index, one => one.Name);
    readonly Dictionary<IPAddress, string> _byAddress = interfaces
        .SelectMany(one => one.Addresses.Select(address => (address.Address, one.Name)))
        .DistinctBy(pair => pair.Address)
        .ToDictionary(pair => pair.Address, pair => pair.Name);

    /// <summary>Returns the interface of a path: the one to which it is bound; otherwise, the one that has its address. An interface that is gone has a number or nothing.</summary>
    internal string Of(int index, IPAddress local) =>
        _byIndex.GetValueOrDefault(index) ?? _byAddress.GetValueOrDefault(local) ?? (index > 0 ? $"interface {index}" : "?");
}
