using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>
/// Programs that download over two paths of which one is lost and restored, again and again. Each download has a new connection.
/// </summary>
/// <param name="contestant">The server and the client.</param>
/// <param name="hosts">The hosts.</param>
/// <param name="service">The service that keeps the paths; null if there is none.</param>
/// <param name="restAsync">Returns when the service has taken up the restored path.</param>
sealed class LosingSession(Contestant contestant, TwoPaths hosts, RunningProgram? service, Func<Task> restAsync) : IAsyncDisposable
{
    const double WarmUp = 0.3, Measured = 0.6;
    const int MostAttempts = 3; // on a busy machine, the second path may come after the warm-up

    readonly Dictionary<string, (RunningProgram Server, RunningProgram Client)> _programs = [];

    /// <summary>Returns the longest time without a byte, in milliseconds.</summary>
    /// <param name="scenario">The download.</param>
    /// <param name="lose">Loses a path, and returns the action that restores it.</param>
    internal async Task<double> StallAsync(string scenario, Func<TwoPaths, Action> lose)
    {
        for (int attempt = 0; attempt < MostAttempts; attempt++)
        {
            long before = hosts.Joined;
            RunningProgram client = await BeginAsync(scenario);
            bool hasJoined = hosts.Joined > before;
            Action? restore = hasJoined ? lose(hosts) : null;
            double stall = (await client.ReadFiguresAsync())["stall"] * 1e3;
            restore?.Invoke();
            await restAsync();
            if (hasJoined)
                return stall;
        }

        throw new BenchmarkException($"{contestant.Name} has not used the second path.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((RunningProgram server, RunningProgram client) in _programs.Values)
        {
            await client.DisposeAsync();
            await server.DisposeAsync();
        }

        if (service is not null)
            await service.DisposeAsync();

        hosts.Dispose();
    }

    async Task<RunningProgram> BeginAsync(string scenario)
    {
        if (_programs.TryGetValue(scenario, out (RunningProgram Server, RunningProgram Client) programs))
            programs.Client.AskAgain();
        else
            _programs[scenario] = programs = await StartAsync(scenario);

        await programs.Client.AwaitBeginAsync();
        return programs.Client;
    }

    Task<(RunningProgram Server, RunningProgram Client)> StartAsync(string scenario) =>
        hosts.StartAsync([.. contestant.Server, "http"], [.. contestant.Client, scenario], WarmUp, Measured);
}
