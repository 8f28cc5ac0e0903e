using System.Net;
using System.Net.NetworkInformation;

namespace Mptcp.Netlink.Programs;

/// <summary>The network interfaces of a host, by index and by address.</summary>
sealed class InterfaceNames
{
    readonly Dictionary<int, string> _byIndex = [];
    readonly Dictionary<IPAddress, string> _byAddress = [];

    internal InterfaceNames(IReadOnlyList<MptcpInterface> interfaces)
    {
        foreach (MptcpInterface one in interfaces)
            Add(one.Index, one.Name, one.Addresses.Select(address => address.Address));
    }

    InterfaceNames()
    {
        foreach (NetworkInterface one in NetworkInterface.GetAllNetworkInterfaces())
        {
            IPInterfaceProperties properties = one.GetIPProperties();
            Add(properties.GetIPv4Properties().Index, one.Name, properties.UnicastAddresses.Select(address => address.Address));
        }
    }

    /// <summary>
    /// Reads the interfaces of this process's network namespace. A snapshot of the host contains them, too, but takes longer, and its probe
    /// of the kernel causes events.
    /// </summary>
    internal static InterfaceNames Read() => new();

    internal string? Of(int index) => _byIndex.GetValueOrDefault(index);

    /// <summary>Returns the interface that has the address.</summary>
    internal string? Of(IPAddress address) => _byAddress.GetValueOrDefault(address);

    /// <summary>Returns the interface of a path: the one to which it is bound; otherwise, the one that has its address.</summary>
    internal string? Of(int index, IPAddress address) => Of(index) ?? Of(address);

    internal string? Of(MptcpConnectionSubflow path) => Of(path.InterfaceIndex, path.LocalEndPoint.Address);

    internal string? Of(MptcpSubflowEvent path) => Of(path.InterfaceIndex ?? 0, path.LocalEndPoint.Address);

    internal bool Contains(string name) => _byIndex.ContainsValue(name);

    void Add(int index, string name, IEnumerable<IPAddress> addresses)
    {
        _byIndex[index] = name;
        foreach (IPAddress address in addresses)
            _byAddress.TryAdd(address, name);
    }
}
