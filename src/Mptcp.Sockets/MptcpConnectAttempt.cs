using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Connecting;

namespace Mptcp.Sockets;

/// <summary>One attempt to connect that failed: to which address, with which protocol, and why it failed.</summary>
public sealed class MptcpConnectAttempt
{
    /// <summary>Initializes a failed attempt.</summary>
    /// <param name="remoteEndPoint">The address and port that were tried.</param>
    /// <param name="isMptcp">Whether it was made with Multipath TCP.</param>
    /// <param name="error">Why it failed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="remoteEndPoint"/> or <paramref name="error"/> is null.</exception>
    public MptcpConnectAttempt(IPEndPoint remoteEndPoint, bool isMptcp, SocketException error)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        ArgumentNullException.ThrowIfNull(error);
        RemoteEndPoint = remoteEndPoint;
        IsMptcp = isMptcp;
        Error = error;
    }

    /// <summary>The address and port that were tried.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>True if the attempt was made with Multipath TCP, false if with TCP.</summary>
    public bool IsMptcp { get; }

    /// <summary>Why it failed.</summary>
    public SocketException Error { get; }

    /// <summary>The attempt in a line, such as <c>192.0.2.1:443 over MPTCP: Connection refused</c>.</summary>
    /// <returns>Address, protocol and error.</returns>
    public override string ToString() => $"{RemoteEndPoint} over {(IsMptcp ? "MPTCP" : "TCP")}: {Reason}";

    // To the messages of its connect errors .NET appends the address, which is said already.
    string Reason => Error is MptcpNotSupportedException or LocalEndPointException ? Error.Message : Marshal.GetPInvokeErrorMessage(Error.NativeErrorCode);
}
