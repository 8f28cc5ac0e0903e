using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>Describes an attempt to connect that failed: its address, path, protocol and error.</summary>
public sealed class MptcpConnectAttempt
{
    /// <summary>Initializes a failed attempt.</summary>
    /// <param name="remoteEndPoint">The address and port that were tried.</param>
    /// <param name="isMptcp"><see langword="true"/> if the attempt used MPTCP; otherwise, <see langword="false"/>.</param>
    /// <param name="error">The error of the attempt.</param>
    /// <param name="networkInterface">
    /// The name of the network interface, or <see langword="null"/> if the routes chose the interface.
    /// </param>
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

    /// <summary>Gets whether the attempt used MPTCP.</summary>
    public bool IsMptcp { get; }

    /// <summary>Gets the error of the attempt.</summary>
    public SocketException Error { get; }

    /// <summary>
    /// Gets the name of the network interface to which the attempt was bound; <see langword="null"/> if the routes chose the interface.
    /// </summary>
    public string? Interface { get; }

    /// <summary>Returns the attempt in one line, such as <c>192.0.2.1:443 over MPTCP via wwan0: Connection refused</c>.</summary>
    /// <returns>Address, protocol, interface and error.</returns>
    public override string ToString() => $"{RemoteEndPoint} over {(IsMptcp ? "MPTCP" : "TCP")}{(Interface is null ? "" : $" via {Interface}")}: {Reason}";

    // .NET appends the address to the messages of its connect errors. This text already contains it.
    string Reason => Error is MptcpNotSupportedException or LocalEndPointException ? Error.Message : Marshal.GetPInvokeErrorMessage(Error.NativeErrorCode);
}
