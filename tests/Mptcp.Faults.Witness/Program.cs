// Makes each system call of each operation fail once, and prints what came of it. faults.c must be preloaded.
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Faults.Witness;
using Mptcp.Netlink;
using Mptcp.Sockets;

if (args is ["echo"])
    return Echo();

using Process server = Process.Start(new ProcessStartInfo("dotnet", [typeof(Operation).Assembly.Location, "echo"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
var echo = new IPEndPoint(IPAddress.Loopback, int.Parse(server.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
Fault.Resolve(typeof(MptcpSocket).Assembly, typeof(MptcpPathManager).Assembly);
string? name = args.FirstOrDefault(argument => argument != "--all");
Operation[] chosen = [.. new Operations(echo).All.Where(operation => name is null || operation.Name == name)];
bool isWell = chosen.Length > 0 && await Harness.RunAsync(chosen, isComplete: args.Contains("--all"));
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
