using System.Diagnostics;
using System.Globalization;

namespace Contestant;

/// <summary>Downloads with an HttpClient, and records how many bytes arrive in each quarter of a second.</summary>
static class GoodputOverTime
{
    static readonly TimeSpan s_step = TimeSpan.FromSeconds(0.25);

    internal static async Task MeasureAsync(ISockets sockets, Server server, Stint stint)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        sockets.Configure(handler);
        using var client = new HttpClient(handler);
        await using Stream body = await client.GetStreamAsync(server.Url(WebServer.Endless));
        byte[] buffer = new byte[64 * 1024];
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < stint.WarmUp && await body.ReadAsync(buffer) > 0)
        {
        }

        Stint.Begin();
        begun = Stopwatch.GetTimestamp();
        double[] megabits = new double[(int)(stint.Measured / s_step)];
        using var over = new CancellationTokenSource(stint.Measured);
        try
        {
            int step = 0;
            while (step < megabits.Length)
            {
                int count = await body.ReadAsync(buffer, over.Token);
                step = (int)(Stopwatch.GetElapsedTime(begun) / s_step);
                if (step < megabits.Length)
                    megabits[step] += count * 8 / 1e6;
            }
        }
        catch (OperationCanceledException)
        {
            // No byte arrived until the end.
        }

        Stint.Say(megabits.Select((count, i) => (i.ToString(CultureInfo.InvariantCulture), count / s_step.TotalSeconds)));
    }
}
