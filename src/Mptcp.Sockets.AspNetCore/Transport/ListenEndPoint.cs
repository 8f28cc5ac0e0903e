using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.AspNetCore.Interop;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// An end point that creates the socket which Kestrel's transport asks for. It keeps the socket, because Kestrel does not return it.
/// </summary>
sealed class ListenEndPoint(IPEndPoint endPoint, MptcpMode mode, Action<Socket>? configure) : IPEndPoint(endPoint.Address, endPoint.Port)
{
    /// <summary>Gets or sets, for tests, whether to behave as on a kernel before 5.17.</summary>
    internal static bool ForceLackOfNoDelay { get; set; }

    /// <summary>Gets whether another socket listens on the same address and shares its port.</summary>
    internal bool SharesPort { get; init; }

    internal Socket? Socket { get; private set; }

    /// <summary>Gets why the socket is a TCP socket; null if it is an MPTCP socket.</summary>
    internal string? WhyTcp { get; private set; }

    /// <summary>Returns whether a new socket would be an MPTCP socket, by creating one. The mode alone does not decide that.</summary>
    /// <exception cref="MptcpNotSupportedException">MPTCP is required, and the system no longer provides it.</exception>
    internal bool WouldBeMptcp()
    {
        using Socket socket = CreateSocket();
        return WhyTcp is null;
    }

    /// <summary>Creates the bound socket on which Kestrel listens. Kestrel expects that [::] accepts IPv4, too.</summary>
    internal Socket CreateBoundSocket()
    {
        Socket socket = CreateSocket();
        try
        {
            if (Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;

            if (mode != MptcpMode.Disabled)
                configure?.Invoke(socket);

            if (SharesPort)
                ReusePort.Allow(socket);

            socket.Bind(this);
            return Socket = socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    Socket CreateSocket()
    {
        Socket socket = MptcpSocket.Create(AddressFamily, mode);
        WhyTcp = mode == MptcpMode.Disabled ? "MPTCP is disabled on this endpoint."
            : socket.GetMptcpState() == MptcpState.Tcp ? MptcpCapabilities.Probe().Explanation
            : HasNoDelay(socket) ? null
            : "This kernel cannot set TCP_NODELAY on MPTCP sockets, which Kestrel needs. Run Linux 5.17 or later.";

        if (WhyTcp is null || socket.GetMptcpState() == MptcpState.Tcp)
            return socket;

        socket.Dispose();
        return mode == MptcpMode.Required
            ? throw new MptcpNotSupportedException(MptcpUnavailableReason.KernelTooOld, WhyTcp)
            : MptcpSocket.Create(AddressFamily, MptcpMode.Disabled);
    }

    /// <summary>
    /// Returns whether NoDelay can be set. If not, Kestrel would mistake every accepted connection for a reset one and drop it silently.
    /// </summary>
    static bool HasNoDelay(Socket socket)
    {
        if (ForceLackOfNoDelay)
            return false;

        try
        {
            socket.NoDelay = false; // its present value, because accepted sockets inherit it
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            return false;
        }
    }
}
