using Mptcp.Lab;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>A client and a server with links between them. All connections that can use several links do so.</summary>
sealed class TwoPaths : IDisposable
{
    readonly LabNetwork _network = new();

    /// <param name="links">The rate and the delay of each link. There can be one link or three, too.</param>
    internal TwoPaths(params LabLinkOptions[] links)
        : this()
    {
        foreach ((int i, LabLinkOptions link) in links.Index())
            _network.AddLink($"link{i + 1}", Client, Server, link);

        Client.UseAllLinks();
    }

    TwoPaths()
    {
        Client = _network.AddHost("client");
        Server = _network.AddHost("server");
    }

    /// <summary>Two paths of which the first leads through a router, so that the server keeps its link when the client loses its own.</summary>
    internal static TwoPaths WithRouter(double megabitsPerSecond, bool hasEndpoints)
    {
        var options = new LabLinkOptions { MegabitsPerSecond = megabitsPerSecond };
        var paths = new TwoPaths();
        paths.Router = paths._network.AddRouter("router");
        paths._network.AddLink("link1", paths.Client, paths.Router, options);
        paths._network.AddLink("link2", paths.Client, paths.Server, options);
        paths._network.AddLink("far", paths.Router, paths.Server);
        if (hasEndpoints)
            paths.Client.UseAllLinks();

        return paths;
    }

    internal LabHost Client { get; }

    /// <summary>The link on which connections begin.</summary>
    internal LabLink FirstLink => _network.Links[0];

    /// <summary>The other end of the first link, if that is not the server.</summary>
    internal LabRouter? Router { get; private set; }

    internal LabHost Server { get; }

    internal async Task<(RunningProgram Server, RunningProgram Client)> StartAsync(string[] server, string[] client, double warmUp, double measured)
    {
        string address = (Router is null ? FirstLink : _network.Links[^1]).GetAddress(Server).ToString();
        RunningProgram serving = RunningProgram.Start(Server, [.. server, address]);
        string port = await serving.ReadPortAsync();
        return (serving, RunningProgram.Start(Client, [.. client, address, port, $"{warmUp}", $"{measured}"]));
    }

    /// <summary>The number of further subflows that have joined connections.</summary>
    internal long Joined => Server.ReadCounters()["MPJoinAckRx"];

    internal void CheckJoined(Contestant contestant)
    {
        if (contestant.IsMptcp && Joined == 0)
            throw new BenchmarkException($"{contestant.Name} has not used the second path.");
    }

    public void Dispose() => _network.Dispose();
}
