using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Lab;
using Reliability.Conductor;
using Reliability.Roles;

namespace Reliability.Scale;

/// <summary>Many connections, many connects at once, and many events, each in a process of its own, on one host.</summary>
sealed class ScaleRun(TimeSpan eventLoad)
{
    const int Connections = 19_000; // a process may have 20,000 descriptors
    const int Connects = 10_000;
    const int RefusingPort = 1;
    const int OnceOpened = 8; // descriptors that .NET keeps in a process, once it has used sockets
    const double MostMore = 1.25; // of the memory for a connection, the last ones compared with the first ones

    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5); // far longer than it takes

    readonly Report _report = new();

    internal async Task<int> RunAsync()
    {
        using var network = new LabNetwork();
        LabHost host = network.AddHost("host");
        host.SetSysctl("net.core.somaxconn", "4096");
        await using (await HostProcess.StartRoleAsync(host, "echo"))
        {
            await HoldAsync(host);
            await RushAsync(host, "live", new IPEndPoint(IPAddress.Loopback, LoadPlan.EchoPort), s_patience, ["Mptcp", "Tcp"]);
        }

        await RushAsync(host, "refusing", new IPEndPoint(IPAddress.Loopback, RefusingPort), s_patience, [nameof(SocketError.ConnectionRefused)]);
        using (Unanswering dead = host.Run(Unanswering.Create))
            await RushAsync(host, "dead", dead.EndPoint, TimeSpan.FromSeconds(10), [nameof(SocketError.TimedOut), nameof(SocketError.TooManyOpenSockets)]);

        await new EventLoad(host, eventLoad, _report).RunAsync();
        return _report.End("eng/scale");
    }

    async Task HoldAsync(LabHost host)
    {
        await using HostProcess holder = await HostProcess.StartRoleAsync(host, "hold", $"{Connections}");
        if (await holder.WaitAsync() != 0)
            _report.Fail("Not all connections worked.");

        HeldConnections[] stages = [.. Results<HeldConnections>(holder, Holder.Mark)];
        foreach (HeldConnections stage in stages)
            _report.Tell(FormattableString.Invariant($"{stage.Count} connections: {stage.Bytes:F0} bytes and {stage.Microseconds:F0} µs for each of the last ones; {stage.Mptcp} use MPTCP"));

        if (stages[^1].Count != Connections || stages[^1].Mptcp != Connections)
            _report.Fail("Not all connections use MPTCP.");

        if (stages[^1].Bytes > stages[0].Bytes * MostMore)
            _report.Fail("A connection takes more memory, the more there are.");
    }

    /// <param name="host">The host.</param>
    /// <param name="what">In the output.</param>
    /// <param name="server">Where to connect.</param>
    /// <param name="timeout">How long each connect may take.</param>
    /// <param name="ends">How connects may end.</param>
    async Task RushAsync(LabHost host, string what, IPEndPoint server, TimeSpan timeout, string[] ends)
    {
        await using HostProcess rush = await HostProcess.StartRoleAsync(host, "rush", $"{Connects}", $"{server}", $"{timeout.TotalSeconds}");
        if (await rush.WaitAsync() != 0)
            _report.Fail($"The connects to a {what} host did not end well.");

        RushResult result = Results<RushResult>(rush, Rush.Mark).Single();
        string all = string.Join(", ", result.Ends.Select(end => $"{end.Value} {end.Key}"));
        _report.Tell(FormattableString.Invariant($"{Connects} connects at once to a {what} host: {all}; {result.Seconds:F1} s; {result.Left} descriptors left"));
        if (result.Left > OnceOpened || result.Ends.Keys.Except(ends).Any())
            _report.Fail($"Connects to a {what} host must end with {string.Join(" or ", ends)}, and leave nothing.");
    }

    static IEnumerable<T> Results<T>(HostProcess process, string mark) => process.Lines
        .Where(line => line.StartsWith(mark, StringComparison.Ordinal))
        .Select(line => JsonSerializer.Deserialize<T>(line[mark.Length..])!);
}
