using Mptcp.Lab;
using Reliability.Conductor;
using Reliability.Roles;

namespace Reliability.Chaos;

/// <summary>Makes one change after the other, each for a while.</summary>
sealed class Lane(string name, IReadOnlyList<Fault> faults, Random random, Report report)
{
    const int LongestPause = 2_500, LongestFault = 4_000; // milliseconds

    internal async Task RunAsync(CancellationToken ended)
    {
        while (true)
        {
            int pause = random.Next(LongestPause), time = random.Next(50, LongestFault);
            Fault fault = faults[random.Next(faults.Count)];
            await Pause.ForAsync(pause, ended);
            if (ended.IsCancellationRequested)
                return;

            report.Tell($"{name}: {fault.Name}, for {time} ms");
            Func<Task> undo;
            try
            {
                undo = await fault.BeginAsync(random);
            }
            catch (LabException e) // the other lanes have changed what this needs
            {
                report.Tell($"{name}: not possible: {e.Message}");
                continue;
            }

            await Pause.ForAsync(time, ended);
            await undo();
        }
    }
}
