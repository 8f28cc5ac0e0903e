namespace Failover;

/// <summary>Prints lines for a log: one for each step of the measurement and one for each incident.</summary>
sealed class LineDisplay : IDisplay
{
    public async Task<Outcome> ShowAsync(Trial trial, CancellationToken cancellationToken)
    {
        int incidents = 0, steps = 0;
        Console.WriteLine($"{trial.Name}: {trial.Size / 1e6:F0} MB. Rates are in Mbit/s, of each path and of the application.");
        Outcome outcome = await trial.RunAsync(PrintNews, cancellationToken);
        Console.WriteLine();
        return outcome;

        void PrintNews()
        {
            foreach (Incident incident in trial.Incidents.Skip(incidents))
            {
                incidents++;
                Console.WriteLine($"{incident.At.TotalSeconds,6:F1} s  {incident.Text}");
            }

            if (trial.Application.Steps.Count == steps || trial.Application.Bytes == trial.Size)
                return;

            steps = trial.Application.Steps.Count;
            Console.WriteLine(
                $"{trial.Elapsed.TotalSeconds,6:F1} s  wifi {trial.Wifi.Megabits,4:F1}   cellular {trial.Cellular.Megabits,4:F1}   "
                + $"application {trial.Application.Megabits,4:F1}   received {trial.Application.Bytes / 1e6,5:F1} MB");
        }
    }
}
