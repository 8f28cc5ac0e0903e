using System.Net;

namespace Mptcp.Sockets;

/// <summary>A destination and path on which TCP is answered and MPTCP is not.</summary>
public sealed class MptcpBlackhole
{
    internal MptcpBlackhole(IPEndPoint remoteEndPoint, string? networkInterface, int occurrences, TimeSpan retryIn)
    {
        RemoteEndPoint = remoteEndPoint;
        Interface = networkInterface;
        Occurrences = occurrences;
        RetryIn = retryIn;
    }

    /// <summary>Gets the address and port.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Gets the name of the network interface; <see langword="null"/> for the one that the routes choose.</summary>
    public string? Interface { get; }

    /// <summary>Gets how many times in a row this was confirmed, each after the time before had run out.</summary>
    public int Occurrences { get; }

    /// <summary>Gets the time from the moment of the call until MPTCP is tried there again.</summary>
    public TimeSpan RetryIn { get; }

    /// <summary>Returns the destination and path in a line, such as <c>192.0.2.1:443 via wwan0</c>.</summary>
    /// <returns>Address, port and interface.</returns>
    public override string ToString() => Interface is null ? $"{RemoteEndPoint}" : $"{RemoteEndPoint} via {Interface}";
}
