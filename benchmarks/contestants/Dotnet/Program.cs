// The same program with the types of .NET or of this library. It has the command line of the programs in C:
// bcl|mptcp server SCENARIO ADDRESS, or bcl|mptcp client SCENARIO HOST PORT WARMUP MEASURED.
using System.Globalization;
using System.Net;
using Contestant;

ISockets? sockets = args.FirstOrDefault() switch
{
    "bcl" => new BclSockets(),
    "mptcp" => new MptcpSockets(),
    _ => null,
};

switch (args)
{
    case [_, "server", "http", var address] when sockets is not null:
        await WebServer.RunAsync(sockets, IPAddress.Parse(address));
        return 0;

    case [_, "server", "reloads", var address] when sockets is not null:
        await ReloadingServer.RunAsync(sockets, IPAddress.Parse(address));
        return 0;

    case [_, "server", "sink" or "echo", var address] when sockets is not null:
        await StreamServer.RunAsync(sockets, IPAddress.Parse(address), isEcho: args[2] == "echo");
        return 0;

    case [_, "client", var scenario, var host, var port, var warmUp, var measured] when sockets is not null && Scenarios.Find(scenario) is { } run:
        await run(sockets, new Server(host, int.Parse(port, CultureInfo.InvariantCulture)), new Stint(Number(warmUp), Number(measured)));
        await StandardInput.EndAsync();
        return 0;

    default:
        Console.Error.WriteLine($"bcl|mptcp server sink|echo|http|reloads ADDRESS, or bcl|mptcp client {Scenarios.Names} HOST PORT WARMUP MEASURED");
        return 2;
}

static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
