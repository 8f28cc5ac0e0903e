using System.Globalization;
using System.Net;

namespace Mptcp.Testing;

/// <summary>
/// A peer of another project: Python's own sockets. As a server, it echoes each connection until the client has finished. As a client, it
/// sends random bytes and checks that they come back. In the end, it prints the protocol of its socket.
/// </summary>
static class PythonPeer
{
    const string Listening =
        """
        import socket, sys
        family, address, protocol = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
        listener = socket.socket(family, socket.SOCK_STREAM, protocol)
        listener.bind((address, 0))
        listener.listen(16)
        print(listener.getsockname()[1], flush=True)

        """;

    const string EchoServer = Listening +
        """
        while True:
            peer, _ = listener.accept()
            while data := peer.recv(65536):
                peer.sendall(data)
            print(peer.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL), flush=True)
            peer.close()
        """;

    const string ClosingServer = Listening +
        """
        while True:
            peer, _ = listener.accept()
            peer.recv(1)
            peer.close()
        """;

    const string EchoClient =
        """
        import hashlib, os, socket, sys, threading
        family, address, port, protocol, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
        client = socket.socket(family, socket.SOCK_STREAM, protocol)
        client.connect((address, port))
        sent = os.urandom(count)
        def send():
            client.sendall(sent)
            client.shutdown(socket.SHUT_WR)
        threading.Thread(target=send).start()
        received = bytearray()
        while data := client.recv(65536):
            received += data
        print(hashlib.sha256(received).digest() == hashlib.sha256(sent).digest())
        try:
            is_mptcp = client.getsockopt(6, 43)
        except OSError:
            is_mptcp = 'unknown'
        print(client.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL), is_mptcp)
        """;

    /// <summary>Starts an echo server. After each connection, it prints the protocol that it accepted.</summary>
    internal static Task<(Child Server, IPEndPoint EndPoint)> StartEchoServerAsync(IPAddress address, int protocol) => StartAsync(EchoServer, address, protocol);

    /// <summary>Starts a server that closes each connection after the first byte.</summary>
    internal static Task<(Child Server, IPEndPoint EndPoint)> StartClosingServerAsync(IPAddress address, int protocol) => StartAsync(ClosingServer, address, protocol);

    static async Task<(Child Server, IPEndPoint EndPoint)> StartAsync(string program, IPAddress address, int protocol)
    {
        Child server = Child.Start(Needs.Python(), ["-c", program, Family(address), address.ToString(), Number(protocol)]);
        string? port = await server.Output.ReadLineAsync();
        port.Should().NotBeNull("the server says its port: {0}", (port is null ? await server.ExitAsync() : null)?.Error);
        return (server, new IPEndPoint(address, int.Parse(port!, CultureInfo.InvariantCulture)));
    }

    /// <summary>Runs an echo client. It prints whether the bytes came back, the protocol and TCP_IS_MPTCP.</summary>
    internal static Task<Child.Result> RunEchoClientAsync(IPEndPoint server, int protocol, int count) =>
        Child.RunAsync(Needs.Python(), ["-c", EchoClient, Family(server.Address), server.Address.ToString(), Number(server.Port), Number(protocol), Number(count)]);

    static string Family(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "10" : "2";

    static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
