using System.Threading.Channels;
using Mptcp.Netlink;
using Spectre.Console;

namespace PathMonitor;

/// <summary>Shows what happens, until it is interrupted.</summary>
static class Watch
{
    const int Lines = 12;

    /// <summary>A line for each event, for a log; the connections as they are at first, and where events were lost.</summary>
    internal static async Task PrintAsync(IAnsiConsole console, MptcpEventMonitor monitor, CancellationToken cancellationToken)
    {
        console.Write(ConnectionTable.Create());
        await foreach (MptcpEvent what in monitor.ReadAllAsync(cancellationToken))
        {
            Console.WriteLine($"{DateTime.Now:HH:mm:ss.fff} {EventText.Of(what)}");
            if (what is MptcpEventsLost)
                console.Write(ConnectionTable.Create());
        }
    }

    /// <summary>A table of the connections as they are, and the latest events under it. Twice a second, since bytes and round-trip times are no events.</summary>
    internal static Task ShowAsync(IAnsiConsole console, MptcpEventMonitor monitor, CancellationToken cancellationToken) =>
        console.Live(new Text("")).StartAsync(async display =>
        {
            // Who cannot draw as fast as things happen leaves the oldest lines away; the table is right all the same.
            var lines = Channel.CreateBounded<string>(new BoundedChannelOptions(Lines) { FullMode = BoundedChannelFullMode.DropOldest });
            Task reading = ReadAsync();
            var shown = new Queue<string>();
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
            do
            {
                while (lines.Reader.TryRead(out string? line))
                    shown.Enqueue(line);

                while (shown.Count > Lines)
                    shown.Dequeue();

                display.UpdateTarget(new Rows(ConnectionTable.Create(), new Text(string.Join(Environment.NewLine, shown))));
            }
            while (!reading.IsCompleted && await timer.WaitForNextTickAsync(cancellationToken));

            await reading;

            async Task ReadAsync()
            {
                await foreach (MptcpEvent what in monitor.ReadAllAsync(cancellationToken))
                    await lines.Writer.WriteAsync($"{DateTime.Now:HH:mm:ss.fff} {EventText.Of(what)}", cancellationToken);
            }
        });
}
