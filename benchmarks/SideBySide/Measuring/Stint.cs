namespace SideBySide.Measuring;

/// <summary>The work of a client during the measured time, and its cost.</summary>
/// <param name="Figures">The figures that the client reports.</param>
/// <param name="ClientCpu">The processor time of the client.</param>
/// <param name="ServerCpu">The processor time of the server.</param>
sealed record Stint(IReadOnlyDictionary<string, double> Figures, TimeSpan ClientCpu, TimeSpan ServerCpu)
{
    internal double Operations => Figures["operations"];

    internal double PerSecond => Operations / Figures["seconds"];

    internal double MicrosecondsEach => 1e6 / PerSecond;

    internal double ClientMicroseconds => ClientCpu.TotalMicroseconds / Operations;

    internal double ServerMicroseconds => ServerCpu.TotalMicroseconds / Operations;

    /// <summary>Returns NaN for contestants that cannot report it.</summary>
    internal double Allocated => Figures.GetValueOrDefault("allocated", double.NaN);

    /// <summary>Measures a started client, after its warm-up.</summary>
    internal static async Task<Stint> MeasureFirstAsync(RunningProgram client, RunningProgram server)
    {
        await client.AwaitBeginAsync();
        return await ReadAsync(client, server);
    }

    /// <summary>Measures the client once more.</summary>
    internal static Task<Stint> MeasureAsync(RunningProgram client, RunningProgram server)
    {
        client.AskAgain();
        return ReadAsync(client, server);
    }

    static async Task<Stint> ReadAsync(RunningProgram client, RunningProgram server)
    {
        (TimeSpan client, TimeSpan server) before = (await client.ReadCpuTimeAsync(), await server.ReadCpuTimeAsync());
        Dictionary<string, double> figures = await client.ReadFiguresAsync();
        return new Stint(figures, await client.ReadCpuTimeAsync() - before.client, await server.ReadCpuTimeAsync() - before.server);
    }
}
