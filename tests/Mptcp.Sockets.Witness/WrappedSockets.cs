using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Witness;

/// <summary>Checks sockets on a .NET runtime that does not allow the graft. Any difference ends the process with an exception.</summary>
static class WrappedSockets
{
    static readonly IPEndPoint s_loopback = new(IPAddress.Loopback, 0);

    internal static async Task<int> CheckAsync()
    {
        Graft.ForceWrapping = true;

        SaysWhatItIs();
        KeepsIPv6Only();
        await ConnectsTransfersAndAcceptsAsync();
        FailsToConnectAndDisposes();
        await GoesOnToTheSecondAddressAsync();
        RestartsOverTimeWait();
        LeavesATcpListenerOnTcp();
        Console.WriteLine("all well");
        return 0;
    }

    static void SaysWhatItIs()
    {
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Required);
        Expect(socket.ProtocolType == ProtocolType.Unknown, "the socket is wrapped");
        Expect(socket.GetMptcpState() == MptcpState.Mptcp, "the socket is MPTCP");
        Expect(!MptcpCapabilities.Probe().SupportsOrdinarySockets, "the probe says so");
    }

    static void KeepsIPv6Only()
    {
        using Socket single = MptcpSocket.Create(AddressFamily.InterNetworkV6);
        using Socket dual = MptcpSocket.Create();
        Expect(!single.DualMode && dual.DualMode, "IPv6 only unless asked");
    }

    static async Task ConnectsTransfersAndAcceptsAsync()
    {
        using Socket listener = MptcpSocket.Listen(s_loopback);
        foreach (bool isAsync in new[] { true, false })
        {
            using Socket client = isAsync ? await MptcpSocket.ConnectAsync(listener.LocalEndPoint!) : MptcpSocket.Connect(listener.LocalEndPoint!);
            using Socket server = await listener.AcceptAsync();
            client.Send("hello"u8);
            byte[] bytes = new byte[5];
            Expect(await server.ReceiveAsync(bytes) == 5 && bytes.AsSpan().SequenceEqual("hello"u8), "bytes arrive");
            Expect(client.GetMptcpState() == MptcpState.Mptcp && server.GetMptcpState() == MptcpState.Mptcp, "both ends are MPTCP");
        }
    }

    static void FailsToConnectAndDisposes()
    {
        foreach (Action<Socket> connect in new Action<Socket>[] { s => s.Connect(IPAddress.Loopback, 1), s => s.Connect([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")], 1) })
        {
            using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);
            Expect(Throws<SocketException>(() => connect(socket)).SocketErrorCode == SocketError.ConnectionRefused, "the true error");
        }

        using var client = new MptcpTcpClient();
        Expect(Throws<SocketException>(() => client.Connect(IPAddress.Loopback, 1)).SocketErrorCode == SocketError.ConnectionRefused, "the true error");
    }

    static async Task GoesOnToTheSecondAddressAsync()
    {
        using Socket listener = MptcpSocket.Listen(s_loopback);
        int port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        IPAddress[] addresses = [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback];
        using var blocking = new MptcpTcpClient();
        blocking.Connect(addresses, port);
        using var asynchronous = new MptcpTcpClient();
        await asynchronous.ConnectAsync(addresses, port);
        Expect(blocking.State == MptcpState.Mptcp && asynchronous.State == MptcpState.Mptcp, "the second address is MPTCP");
    }

    static void RestartsOverTimeWait()
    {
        var local = s_loopback;
        for (int i = 0; i < 2; i++)
        {
            using Socket listener = MptcpSocket.Listen(local);
            local = (IPEndPoint)listener.LocalEndPoint!;
            using Socket client = MptcpSocket.Connect(local);
            using Socket server = listener.Accept();
            server.Shutdown(SocketShutdown.Both); // the side that closes first keeps the port in TIME_WAIT
            client.Receive(new byte[1]);
        }
    }

    static void LeavesATcpListenerOnTcp()
    {
        using var listener = new MptcpTcpListener(s_loopback);
        listener.Start();
        Expect(listener.Server.GetMptcpState() == MptcpState.Tcp, "a TcpListener cannot be given a wrapped socket");
        Throws<MptcpNotSupportedException>(() => new MptcpTcpListener(s_loopback, MptcpMode.Required));
    }

    static T Throws<T>(Action action)
        where T : Exception
    {
        try
        {
            action();
        }
        catch (T e)
        {
            return e;
        }

        throw new InvalidOperationException($"{typeof(T).Name} was expected.");
    }

    static void Expect(bool condition, string what)
    {
        if (!condition)
            throw new InvalidOperationException($"Not so: {what}.");
    }
}
