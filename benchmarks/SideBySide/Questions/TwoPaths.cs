using Mptcp.Lab;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>A client and a server with links between them. All connections that can use several links do so.</summary>
sealed class TwoPaths : IDisposable
{
    readonly LabNetwork _network = new();

    /// <param name="megabitsPerSecond">The rate of each link; null for no limit.</param>
    internal TwoPaths(params double?[] megabitsPerSecond)
        : this(hasEndpoints: true, megabitsPerSecond)
    {
    }

    /// <param name="hasEndpoints">Whether the client has an endpoint for each link.</param>
    /// <param name="megabitsPerSecond">Of each link; null for as fast as the machine.</param>
    internal TwoPaths(bool hasEndpoints, params double?[] megabitsPerSecond)
    {
        Client = _network.AddHost("client");
        Server = _network.AddHost("server");
        foreach ((int i, double? rate) in megabitsPerSecond.Index())
            _network.AddLink($"link{i + 1}", Client, Server, new LabLinkOptions { MegabitsPerSecond = rate });

        if (hasEndpoints)
            Client.UseAllLinks();
    }

    internal LabHost Client { get; }

    /// <summary>The link on which connections begin.</summary>
    internal LabLink FirstLink => _network.Links[0];

    internal LabHost Server { get; }

    internal async Task<(RunningProgram Server, RunningProgram Client)> StartAsync(string[] server, string[] client, double warmUp, double measured)
    {
        string address = FirstLink.GetAddress(Server).ToString();
        RunningProgram serving = RunningProgram.Start(Server, [.. server, address]);
        string port = await serving.ReadPortAsync();
        return (serving, RunningProgram.Start(Client, [.. client, address, port, $"{warmUp}", $"{measured}"]));
    }

    internal void CheckJoined(Contestant contestant)
    {
        if (contestant.IsMptcp && Server.ReadCounters()["MPJoinAckRx"] == 0)
            throw new BenchmarkException($"{contestant.Name} has not used the second path.");
    }

    public void Dispose() => _network.Dispose();
}
