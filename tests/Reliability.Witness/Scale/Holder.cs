using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Sockets;
using Reliability.Roles;

namespace Reliability.Scale;

/// <summary>A program that holds many connections, and measures what each costs.</summary>
static class Holder
{
    internal const string Mark = "held ";

    const int Stages = 4, AtATime = 64;

    static readonly MptcpConnectOptions s_mptcp = new() { Mode = MptcpMode.Required }; // on a busy machine, TCP may win the race

    internal static async Task<int> RunAsync(int count)
    {
        Console.WriteLine(Requests.Ready);
        var server = new IPEndPoint(IPAddress.Loopback, LoadPlan.EchoPort);
        var sockets = new Socket[count];
        (await MptcpSocket.ConnectAsync(server, s_mptcp)).Dispose(); // one-time work is not counted
        for (int stage = 0; stage < Stages; stage++)
        {
            int from = count * stage / Stages, to = count * (stage + 1) / Stages;
            long before = GC.GetTotalMemory(forceFullCollection: true);
            var clock = Stopwatch.StartNew();
            await Parallel.ForAsync(
                from, to, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (i, token) => sockets[i] = await MptcpSocket.ConnectAsync(server, s_mptcp, token));
            double microseconds = clock.Elapsed.TotalMicroseconds / (to - from);
            double bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(to - from);
            int mptcp = sockets[..to].Count(socket => socket.GetMptcpState() == MptcpState.Mptcp);
            Console.WriteLine($"{Mark}{JsonSerializer.Serialize(new HeldConnections(to, bytes, microseconds, mptcp))}");
        }

        byte[] answer = new byte[1];
        foreach (Socket socket in sockets)
        {
            using (socket)
            {
                await socket.SendAsync("x"u8.ToArray());
                if (await socket.ReceiveAsync(answer) != 1 || answer[0] != 'x')
                    throw new InvalidDataException("A connection does not work.");
            }
        }

        return 0;
    }
}
