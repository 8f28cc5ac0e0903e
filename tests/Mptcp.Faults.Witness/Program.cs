// Makes each system call of each operation fail once, and prints what came of it. faults.c must be preloaded.
using System.Net;
using System.Net.Sockets;
using Mptcp.Faults.Witness;
using Mptcp.Netlink;
using Mptcp.Sockets;

if (args is ["echo"])
    return Echo();

Fault.Resolve(typeof(MptcpSocket).Assembly, typeof(MptcpPathManager).Assembly);
var echo = new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture));
Operation[] chosen = [.. new Operations(echo).All.Where(operation => args.Length == 1 || operation.Name == args[1])];
bool isWell = await Harness.RunAsync(chosen);
Console.WriteLine("done");
return isWell ? 0 : 1;

// A server in a separate process, in which no call fails. It prints its port, and exits when its standard input ends.
static int Echo()
{
    Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0));
    Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
    _ = ServeAsync(listener);
    Console.In.ReadToEnd();
    return 0;
}

static async Task ServeAsync(Socket listener)
{
    while (true)
        _ = AnswerAsync(await listener.AcceptAsync());
}

static async Task AnswerAsync(Socket client)
{
    using (client)
    {
        byte[] buffer = new byte[16];
        try
        {
            while (await client.ReceiveAsync(buffer) is > 0 and var count)
                await client.SendAsync(buffer.AsMemory(0, count));
        }
        catch (SocketException)
        {
            // The client has gone: its fault.
        }
    }
}
