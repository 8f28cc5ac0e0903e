namespace SideBySide.Measuring;

/// <summary>What a client has done in the time that was measured, and what it has cost.</summary>
/// <param name="Figures">What the client says.</param>
/// <param name="ClientCpu">Its processor time.</param>
/// <param name="ServerCpu">The server's.</param>
sealed record Stint(IReadOnlyDictionary<string, double> Figures, TimeSpan ClientCpu, TimeSpan ServerCpu)
{
    internal double Operations => Figures["operations"];

    internal double PerSecond => Operations / Figures["seconds"];

    internal double MicrosecondsEach => 1e6 / PerSecond;

    internal double ClientMicroseconds => ClientCpu.TotalMicroseconds / Operations;

    internal double ServerMicroseconds => ServerCpu.TotalMicroseconds / Operations;

    /// <summary>NaN for those that cannot say.</summary>
    internal double Allocated => Figures.GetValueOrDefault("allocated", double.NaN);

    /// <summary>Measures a client that has been started, once it is warm.</summary>
    internal static async Task<Stint> MeasureFirstAsync(RunningProgram client, RunningProgram server)
    {
        await client.AwaitBeginAsync();
        return await ReadAsync(client, server);
    }

    /// <summary>Measures it once more.</summary>
    internal static Task<Stint> MeasureAsync(RunningProgram client, RunningProgram server)
    {
        client.AskAgain();
        return ReadAsync(client, server);
    }

    static async Task<Stint> ReadAsync(RunningProgram client, RunningProgram server)
    {
        (TimeSpan client, TimeSpan server) before = (client.CpuTime, server.CpuTime);
        Dictionary<string, double> figures = await client.ReadFiguresAsync();
        return new Stint(figures, client.CpuTime - before.client, server.CpuTime - before.server);
    }
}
