using System.Globalization;
using System.Text.Json;
using Mptcp.Lab;
using Reliability.Conductor;
using Reliability.Roles;

namespace Reliability.Soak;

/// <summary>Runs 500 connections over two paths that flap, and measures whether anything grows.</summary>
sealed class SoakRun(TimeSpan duration, string? plot)
{
    const int Connections = 500;
    const double Megabyte = 1024 * 1024;

    static readonly TimeSpan s_full = TimeSpan.FromMinutes(30);

    /// <summary>The dashboard keeps ten minutes of history, in at most 55 MiB (src/Mptcp.Dashboard/README.md). So a longer run has a longer warm-up.</summary>
    readonly TimeSpan _warmUp = duration < s_full ? TimeSpan.FromMinutes(Math.Min(1, duration.TotalMinutes / 2)) : TimeSpan.FromMinutes(12);
    readonly double _historyAllowance = duration < s_full ? 55 : 2;

    readonly Report _report = new();
    readonly List<Point> _points = [];

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var hosts = new Hosts();
        await using HostProcess server = await HostProcess.StartRoleAsync(hosts.Server, "echo");
        await using HostProcess services = await HostProcess.StartRoleAsync(hosts.Client, "services");
        await using HostProcess clients = await HostProcess.StartRoleAsync(hosts.Client, "clients", JsonSerializer.Serialize(new LoadPlan
        {
            Seed = 1,
            Addresses = hosts.Addresses,
            Connections = Connections,
            Exchanges = 12,
            MessageSize = 16 * 1024,
            Pause = 6_000,
            Ways = [Way.Name, Way.Client],
        }));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task flapping = FlapAsync([hosts.First, hosts.Second], new Random(1), ended.Token);
        await MeasureAsync(hosts, clients, server, services, cancellationToken);
        await ended.CancelAsync();
        await flapping;

        await EndAsync(hosts, clients, server, services);
        Judge();
        return _report.End(string.Create(CultureInfo.InvariantCulture, $"eng/soak --minutes {duration.TotalMinutes}"));
    }

    /// <summary>Every few seconds, takes one of the paths down, or loses all its packets, for a second or two. The other path stays up.</summary>
    static async Task FlapAsync(LabLink[] links, Random random, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            await Pause.ForAsync(random.Next(2_000, 6_000), ended);
            LabLink link = links[random.Next(links.Length)];
            using (random.Next(2) == 0 ? link.Down() : link.Blackhole())
                await Pause.ForAsync(random.Next(500, 2_000), ended);
        }
    }

    async Task MeasureAsync(Hosts hosts, HostProcess clients, HostProcess server, HostProcess services, CancellationToken cancellationToken)
    {
        TimeSpan interval = duration / Math.Clamp(duration.TotalSeconds / 5, 10, 180);
        using var timer = new PeriodicTimer(interval);
        while (_report.Elapsed < duration && await timer.WaitForNextTickAsync(cancellationToken))
        {
            double minutes = _report.Elapsed.TotalMinutes;
            Sample client = await clients.MeasureAsync(), its = await server.MeasureAsync(), other = await services.MeasureAsync();
            var point = new Point(minutes, client, its, other, hosts.CountSockets(), hosts.CountEndpoints());
            if (_report.Elapsed > _warmUp)
                _points.Add(point);

            _report.Tell($"{point}");
        }
    }

    /// <summary>Ends the load. Each connection ended well, or with an error that there is a reason for.</summary>
    async Task EndAsync(Hosts hosts, HostProcess clients, HostProcess server, HostProcess services)
    {
        if (await clients.EndAsync() is not 0 and var code)
            _report.Fail($"The clients ended with {code}.");

        if (await server.EndAsync() != 0)
            _report.Fail("The server did not end well.");

        if (await services.EndAsync() != 0)
            _report.Fail("The services did not end well.");

        if (hosts.CountEndpoints() is not 0 and var left)
            _report.Fail($"{left} endpoints are left.");

        (int complete, Outcome[] outcomes) = Clients.ReadOutcomes(clients.Lines);
        _report.Tell($"complete: {complete}");
        foreach (IGrouping<string, Outcome> group in outcomes.GroupBy(outcome => $"{outcome.Kind} {outcome.Detail}"))
            _report.Tell($"{group.Key}: {group.Count()}");

        if (Outcome.AreTooManyMisplaced(outcomes, complete))
            _report.Fail("Too many packets were misplaced to blame the kernel.");

        foreach (Outcome bad in outcomes.Where(outcome => outcome.Kind is not (Outcome.End.NotConnected or Outcome.End.Broken or Outcome.End.NoPath or Outcome.End.Misplaced)))
            _report.Fail($"{bad}");
    }

    void Judge()
    {
        Series[] all =
        [
            Of("client: managed memory", "MiB", 2, point => point.Client.Managed / Megabyte),
            Of("client: resident memory", "MiB", 32, point => point.Client.Resident / Megabyte),
            Of("client: descriptors", "", 10, point => point.Client.Descriptors),
            Of("client: threads", "", 8, point => point.Client.Threads),
            Of("client: timers", "", 20, point => point.Client.Timers),
            Of("server: managed memory", "MiB", 2, point => point.Server.Managed / Megabyte),
            Of("server: resident memory", "MiB", 32, point => point.Server.Resident / Megabyte),
            Of("server: descriptors", "", 20, point => point.Server.Descriptors),
            Of("services: managed memory", "MiB", _historyAllowance, point => point.Services.Managed / Megabyte),
            Of("services: resident memory", "MiB", _historyAllowance + 32, point => point.Services.Resident / Megabyte),
            Of("services: descriptors", "", 10, point => point.Services.Descriptors),
            Of("services: timers", "", 10, point => point.Services.Timers),
            Of("kernel: sockets", "", 100, point => point.Sockets),
            Of("kernel: endpoints", "", 0.5, point => point.Endpoints),
        ];
        Console.WriteLine("| quantity | median | most | slope, per hour | growth over the run | noise |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
        foreach (Series series in all)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {series.Name} {series.Unit} | {series.MedianValue:F1} | {series.Most:F1} | {series.Slope * 60:F2} | {series.Growth:F2} | {series.Noise:F2} |"));
            if (!series.IsFlat)
                _report.Fail($"{series.Name} grows.");
        }

        if (plot is not null)
            File.WriteAllText(plot, SoakPlot.Draw(all));

        Series Of(string name, string unit, double allowance, Func<Point, double> value) =>
            new(name, unit, allowance, [.. _points.Select(point => (point.Minutes, value(point)))]);
    }
}
