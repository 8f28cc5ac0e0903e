using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>One attempt to connect that failed: to which address, over which path, with which protocol, and why it failed.</summary>
public sealed class MptcpConnectAttempt
{
    /// <summary>Initializes a failed attempt.</summary>
    /// <param name="remoteEndPoint">The address and port that were tried.</param>
    /// <param name="isMptcp">Whether it was made with MPTCP.</param>
    /// <param name="error">Why it failed.</param>
    /// <param name="networkInterface">The name of the network interface; null for the one that the routes choose.</param>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> or <paramref name="error"/> is null.</exception>
    public MptcpConnectAttempt(IPEndPoint remoteEndPoint, bool isMptcp, SocketException error, string? networkInterface = null)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        ArgumentNullException.ThrowIfNull(error);
        RemoteEndPoint = remoteEndPoint;
        IsMptcp = isMptcp;
        Error = error;
        Interface = networkInterface;
    }

    /// <summary>Gets the address and port that were tried.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>Gets whether the attempt was made with MPTCP.</summary>
    public bool IsMptcp { get; }

    /// <summary>Gets why the attempt failed.</summary>
    public SocketException Error { get; }

    /// <summary>Gets the name of the network interface that the attempt was bound to; null for the one that the routes choose.</summary>
    public string? Interface { get; }

    /// <summary>Returns the attempt in a line, such as <c>192.0.2.1:443 over MPTCP via wwan0: Connection refused</c>.</summary>
    /// <returns>Address, protocol, interface and error.</returns>
    public override string ToString() => $"{RemoteEndPoint} over {(IsMptcp ? "MPTCP" : "TCP")}{(Interface is null ? "" : $" via {Interface}")}: {Reason}";

    // To the messages of its connect errors .NET appends the address, which is said already.
    string Reason => Error is MptcpNotSupportedException or LocalEndPointException ? Error.Message : Marshal.GetPInvokeErrorMessage(Error.NativeErrorCode);
}
