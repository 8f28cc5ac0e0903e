using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.AspNetCore.Interop;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>An end point on its way through Kestrel's transport, which asks it for its socket. Keeps hold of the socket: Kestrel does not hand it out again.</summary>
sealed class ListenEndPoint(IPEndPoint endPoint, MptcpMode mode, Action<Socket>? configure) : IPEndPoint(endPoint.Address, endPoint.Port)
{
    /// <summary>For tests: as on a kernel before 5.17.</summary>
    internal static bool ForceLackOfNoDelay { get; set; }

    /// <summary>Whether another socket that still listens on the same address lets this one do so, too.</summary>
    internal bool SharesPort { get; init; }

    internal Socket? Socket { get; private set; }

    /// <summary>Why that is a TCP socket; null if it is not.</summary>
    internal string? WhyTcp { get; private set; }

    /// <summary>What a socket made now would speak, which not the mode alone decides: asked of one.</summary>
    /// <exception cref="MptcpNotSupportedException">It is required, and not to be had any more.</exception>
    internal bool WouldBeMptcp()
    {
        using Socket socket = CreateSocket();
        return WhyTcp is null;
    }

    /// <summary>A bound socket, for Kestrel to listen on. Kestrel takes it for granted that [::] takes IPv4, too.</summary>
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
        WhyTcp = mode == MptcpMode.Disabled ? "Multipath TCP is not asked for on this endpoint."
            : socket.GetMptcpState() == MptcpState.Tcp ? MptcpCapabilities.Probe().Explanation
            : HasNoDelay(socket) ? null
            : "This kernel cannot set TCP_NODELAY on Multipath TCP sockets, which Kestrel does on each: run Linux 5.17 or later.";

        if (WhyTcp is null || socket.GetMptcpState() == MptcpState.Tcp)
            return socket;

        socket.Dispose();
        return mode == MptcpMode.Required
            ? throw new MptcpNotSupportedException(MptcpUnavailableReason.KernelTooOld, WhyTcp)
            : MptcpSocket.Create(AddressFamily, MptcpMode.Disabled);
    }

    /// <summary>Where this fails, Kestrel would take every accepted connection for one that was reset, and drop it without a word.</summary>
    static bool HasNoDelay(Socket socket)
    {
        if (ForceLackOfNoDelay)
            return false;

        try
        {
            socket.NoDelay = false; // as it is: accepted sockets inherit it
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            return false;
        }
    }
}
