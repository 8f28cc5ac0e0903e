namespace Failover;

/// <summary>For logs: a line for each second, and for each incident.</summary>
sealed class LineDisplay : IDisplay
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    public async Task<Outcome> ShowAsync(Trial trial, CancellationToken cancellationToken)
    {
        int told = 0;
        TimeSpan next = s_interval;
        Console.WriteLine($"{trial.Name}: {trial.Size / 1e6:F0} MB, in Mbit/s over each path and to the application");
        Outcome outcome = await trial.RunAsync(Look, cancellationToken);
        Console.WriteLine();
        return outcome;

        void Look()
        {
            foreach (Incident incident in trial.Incidents.Skip(told))
            {
                told++;
                Console.WriteLine($"{incident.At.TotalSeconds,6:F1} s  {incident.What}");
            }

            if (trial.Elapsed < next || trial.Application.Bytes == trial.Size)
                return;

            next += s_interval;
            Console.WriteLine(
                $"{trial.Elapsed.TotalSeconds,6:F1} s  wifi {trial.Wifi.Megabits,4:F1}   cellular {trial.Cellular.Megabits,4:F1}   "
                + $"application {trial.Application.Megabits,4:F1}   received {trial.Application.Bytes / 1e6,5:F1} MB");
        }
    }
}
