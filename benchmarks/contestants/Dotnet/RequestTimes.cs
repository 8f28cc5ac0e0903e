using System.Collections.Concurrent;
using System.Diagnostics;

namespace Contestant;

/// <summary>Requests again and again with an HttpClient, and records the time of each request.</summary>
/// <param name="client">Makes the requests.</param>
/// <param name="url">The URL to request.</param>
sealed class RequestTimes(HttpClient client, Uri url)
{
    /// <summary>
    /// Requests for the time of the warm-up, then for the measured time, and prints the times of half and of 99 % of the requests. Each further line of the standard
    /// input requests another measurement.
    /// </summary>
    /// <param name="stint">The times.</param>
    /// <param name="atOnce">The number of requests at a time.</param>
    internal async Task RunAsync(Stint stint, int atOnce)
    {
        await MeasureAsync(stint.WarmUp, atOnce);
        Stint.Begin();
        do
        {
            double[] seconds = await MeasureAsync(stint.Measured, atOnce);
            Array.Sort(seconds);
            Stint.Say(("median", seconds[seconds.Length / 2]), ("p99", seconds[seconds.Length * 99 / 100]));
        }
        while (Console.ReadLine() is not null);
    }

    async Task<double[]> MeasureAsync(TimeSpan duration, int atOnce)
    {
        var seconds = new ConcurrentBag<double>();
        long begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(begun) < duration)
            {
                long before = Stopwatch.GetTimestamp();
                await client.GetByteArrayAsync(url);
                seconds.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
            }
        }));
        return [.. seconds];
    }
}
