using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;

namespace Mptcp.Gateway.Relaying;

/// <summary>The addresses that this gateway listens on. It connects to none of them: the connection would come back for ever.</summary>
sealed class OwnListeners
{
    readonly ConcurrentDictionary<IPEndPoint, int> _endPoints = new();

    internal void Add(IPEndPoint endPoint) => _endPoints.AddOrUpdate(endPoint, 1, (_, count) => count + 1);

    internal void Remove(IPEndPoint endPoint)
    {
        if (_endPoints.AddOrUpdate(endPoint, 0, (_, count) => count - 1) == 0)
            _endPoints.TryRemove(new KeyValuePair<IPEndPoint, int>(endPoint, 0));
    }

    internal bool Contain(IPAddress address, int port)
    {
        foreach (IPEndPoint own in _endPoints.Keys)
        {
            if (own.Port == port && (own.Address.Equals(address) || (IsAny(own.Address) && IsOfThisHost(address))))
                return true;
        }

        return false;
    }

    static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    static bool IsOfThisHost(IPAddress address) =>
        IPAddress.IsLoopback(address)
        || NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(each => each.GetIPProperties().UnicastAddresses)
            .Any(own => own.Address.Equals(address));
}
