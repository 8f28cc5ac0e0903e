using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// The paths on which a connect may begin: the interfaces that the host's own MPTCP endpoints name for subflows, or those that the caller names.
/// Read only when an attempt is late, so that the usual connect pays nothing.
/// </summary>
static class LocalPaths
{
    /// <summary>The paths to a target, without the one that a late attempt takes. Empty where the host has no endpoints, or does not tell.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="late">The late attempt's socket; null if it has none.</param>
    /// <param name="names">The caller's interfaces; null for those of the host's endpoints.</param>
    internal static IReadOnlyList<LocalPath> FindOthers(IPEndPoint target, Socket? late, IReadOnlyList<string>? names)
    {
        if (!OperatingSystem.IsLinux() || names is { Count: 0 } || IPAddress.IsLoopback(target.Address))
            return [];

        List<HostEndpoint> endpoints = names is null ? ReadEndpoints(target.AddressFamily) : [];
        if (names is null && endpoints.Count == 0)
            return [];

        List<(string Name, IPAddress Address)> addresses = ReadAddresses(target.AddressFamily);
        IPAddress? local = late is null ? null : NativeName.ReadLocal(late.SafeHandle);
        string? taken = addresses.Find(one => one.Address.Equals(local)).Name;
        IEnumerable<LocalPath> all = names is null
            ? endpoints.Select(endpoint => new LocalPath(addresses.Find(one => one.Address.Equals(endpoint.Address)).Name, endpoint.IsBackup))
            : names.Where(name => addresses.Exists(one => one.Name == name)).Select(name => new LocalPath(name));
        return [.. all.Where(path => path.Interface is not null && path.Interface != taken).DistinctBy(path => path.Interface)]; // null: the address is gone
    }

    /// <summary>Makes a socket that is not connected leave this host by an interface. An ordinary user may, since Linux 5.7.</summary>
    internal static void Bind(Socket socket, string name) =>
        socket.SetRawSocketOption(LinuxConstants.SOL_SOCKET, LinuxConstants.SO_BINDTODEVICE, Encoding.UTF8.GetBytes(name));

    static List<HostEndpoint> ReadEndpoints(AddressFamily family) =>
        [.. NativeEndpoints.Read()
            .Select(message => EndpointParser.Parse(message))
            .OfType<HostEndpoint>()
            .Where(endpoint => endpoint.OpensSubflows && endpoint.Address.AddressFamily == family)];

    static List<(string Name, IPAddress Address)> ReadAddresses(AddressFamily family)
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().UnicastAddresses, (network, address) => (network.Name, address.Address))
                .Where(one => one.Address.AddressFamily == family)
                .Select(one => (one.Name, one.Address.IsIPv6LinkLocal ? one.Address : WithoutScope(one.Address)))];
        }
        catch (NetworkInformationException)
        {
            return []; // an interface has gone while it was read: no path but the default is known now
        }
    }

    static IPAddress WithoutScope(IPAddress address) => new(address.GetAddressBytes());
}
