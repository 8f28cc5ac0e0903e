using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Asks this .NET runtime, through its own API, whether a grafted socket works. Once in a process: it costs one connection on loopback.
/// </summary>
static class GraftCheck
{
    static readonly TimeSpan s_acceptTimeout = TimeSpan.FromSeconds(1);

    internal static bool Passes()
    {
        using NativeSocket? native = NativeSocket.TryOpen(AddressFamily.InterNetwork, LinuxConstants.IPPROTO_MPTCP, out _);
        if (native is null)
            return true; // only IPv6 has Multipath TCP here: nothing speaks against the graft

        using Socket grafted = Graft.IntoNewSocketUnchecked(native, AddressFamily.InterNetwork);
        if (SocketProtocol.Read(grafted) != LinuxConstants.IPPROTO_MPTCP)
            return false;

        if (CanServe(grafted))
            return true;

        // No loopback, no free descriptor, a sandbox: what fails for plain TCP too says nothing about the graft.
        using Socket plain = SocketFactory.CreateTcp(AddressFamily.InterNetwork);
        return !CanServe(plain);
    }

    static bool CanServe(Socket listener)
    {
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen(1);

            using Socket client = SocketFactory.CreateTcp(AddressFamily.InterNetwork);
            BeginConnect(client, listener.LocalEndPoint!);
            if (!listener.Poll(s_acceptTimeout, SelectMode.SelectRead))
                return false;

            using Socket accepted = listener.Accept();
            return accepted.Connected;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Does not wait for an answer, which a firewall may keep back for minutes.</summary>
    static void BeginConnect(Socket client, EndPoint server)
    {
        client.Blocking = false;
        try
        {
            client.Connect(server);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It is under way.
        }
    }
}
