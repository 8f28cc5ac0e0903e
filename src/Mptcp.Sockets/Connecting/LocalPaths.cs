using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Finds the paths on which a connect may begin: the interfaces of the host's MPTCP endpoints for subflows, or the interfaces that the
/// caller names. Runs only if an attempt is late, so that the usual connect pays nothing.
/// </summary>
static class LocalPaths
{
    /// <summary>How long a snapshot of the host is reused, so that thousands of late connects take one.</summary>
    const long MillisecondsOfASnapshot = 1000;

    static readonly Lock s_lock = new();
    static Snapshot? s_last; // guarded by s_lock

    /// <summary>
    /// Returns the paths to a target, without the path of a late attempt. Empty if the host has no endpoints, or does not report them.
    /// </summary>
    /// <param name="target">The remote end point.</param>
    /// <param name="late">The socket of the late attempt; null if the attempt has no socket.</param>
    /// <param name="names">The interfaces that the caller names; null for those of the host's endpoints.</param>
    internal static IReadOnlyList<LocalPath> FindOthers(IPEndPoint target, Socket? late, IReadOnlyList<string>? names)
    {
        if (!OperatingSystem.IsLinux() || names is { Count: 0 } || IPAddress.IsLoopback(target.Address))
            return [];

        (HostEndpoint[] endpoints, HostAddress[] addresses) = Read();
        IEnumerable<LocalPath> all = names is null
            ? endpoints
                .Where(endpoint => endpoint.OpensSubflows && endpoint.Address.AddressFamily == target.AddressFamily)
                .Select(endpoint => new LocalPath(Find(addresses, endpoint.Address), endpoint.IsBackup))
            : names.Where(name => addresses.Any(one => one.Interface == name && one.Address.AddressFamily == target.AddressFamily)).Select(name => new LocalPath(name));
        string? taken = late is not null && NativeName.ReadLocal(late.SafeHandle) is { } local ? Find(addresses, local) : null;
        return [.. all.Where(path => path.Interface is not null && path.Interface != taken).DistinctBy(path => path.Interface)]; // null: the address is gone
    }

    /// <summary>Binds an unconnected socket to a network interface. Since Linux 5.7, this needs no privilege.</summary>
    internal static void Bind(Socket socket, string name) =>
        socket.SetRawSocketOption(LinuxConstants.SOL_SOCKET, LinuxConstants.SO_BINDTODEVICE, Encoding.UTF8.GetBytes(name));

    static (HostEndpoint[] Endpoints, HostAddress[] Addresses) Read()
    {
        using NativeSocket? netlink = NativeSocket.TryOpenNetlink(NetlinkConstants.NETLINK_GENERIC);
        ulong networkNamespace = netlink?.ReadNetworkNamespace() ?? 0; // of this thread; 0 if the kernel does not report it, so that no snapshot is kept
        lock (s_lock)
        {
            long now = Environment.TickCount64;
            if (s_last is not { } last || last.Namespace != networkNamespace || networkNamespace == 0 || now - last.TakenAt >= MillisecondsOfASnapshot)
                s_last = last = new Snapshot(networkNamespace, now, ReadEndpoints(), ReadAddresses());

            return (last.Endpoints, last.Addresses);
        }
    }

    internal static HostEndpoint[] ReadEndpoints()
    {
        List<HostEndpoint> endpoints = [];
        try
        {
            NativeEndpoints.Read(message =>
            {
                if (HostEndpoint.Parse(message) is { } endpoint)
                    endpoints.Add(endpoint);
            });
        }
        catch (InvalidDataException)
        {
            return []; // the kernel's answer makes no sense: only the default path is known
        }

        return [.. endpoints];
    }

    static HostAddress[] ReadAddresses()
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(network => network.GetIPProperties().UnicastAddresses, (network, address) => new HostAddress(network.Name, WithoutScope(address.Address)))];
        }
        catch (Exception e) when (e is NetworkInformationException or IOException or UnauthorizedAccessException)
        {
            return []; // an interface disappeared while this method read it: only the default path is known now
        }
    }

    static string? Find(HostAddress[] addresses, IPAddress address) => Array.Find(addresses, one => one.Address.Equals(address)).Interface;

    static IPAddress WithoutScope(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? new(address.GetAddressBytes()) : address;

    readonly record struct HostAddress(string Interface, IPAddress Address);

    sealed record Snapshot(ulong Namespace, long TakenAt, HostEndpoint[] Endpoints, HostAddress[] Addresses);
}
