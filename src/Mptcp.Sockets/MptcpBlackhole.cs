using System.Net;

namespace Mptcp.Sockets;

/// <summary>A destination and a path on which TCP is answered and MPTCP is not. See <see cref="MptcpBlackholes"/>.</summary>
public sealed class MptcpBlackhole
{
    internal MptcpBlackhole(IPEndPoint remoteEndPoint, string? networkInterface, int occurrences, TimeSpan retryIn)
    {
        RemoteEndPoint = remoteEndPoint;
        Interface = networkInterface;
        Occurrences = occurrences;
        RetryIn = retryIn;
    }

    /// <summary>Gets the address and port of the destination.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Gets the name of the network interface; <see langword="null"/> if the routes choose the interface.</summary>
    public string? Interface { get; }

    /// <summary>
    /// Gets how many times in a row the blackhole was confirmed. Each confirmation comes after the previous period has passed.
    /// </summary>
    public int Occurrences { get; }

    /// <summary>Gets the time from the call until MPTCP is tried at this destination again.</summary>
    public TimeSpan RetryIn { get; }

    /// <summary>Returns the destination and the interface in one line, such as <c>192.0.2.1:443 via wwan0</c>.</summary>
    /// <returns>Address, port and interface.</returns>
    public override string ToString() => Interface is null ? $"{RemoteEndPoint}" : $"{RemoteEndPoint} via {Interface}";
}
