namespace Mptcp.Tool.Live;

/// <summary>Shows output repeatedly until it is interrupted: in place on a terminal; otherwise, one after another.</summary>
static class Watch
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <param name="call">The call.</param>
    /// <param name="read">Reads the lines to show, for a width. With --json, writes objects.</param>
    internal static async Task<int> RunAsync(Call call, Func<int, IEnumerable<string>> read)
    {
        using LiveScreen? screen = call.Terminal is { IsTerminal: true, IsJson: false } ? new LiveScreen(call.Terminal) : null;
        using var timer = new PeriodicTimer(s_interval);
        using var resized = new ResizeSignal();
        do
        {
            if (screen is not null)
            {
                screen.Draw(read(screen.Width), $"[grey]{DateTime.Now:HH:mm:ss}  Ctrl+C ends it[/]");
            }
            else
            {
                call.Terminal.Lines(read(call.Terminal.Width));
                call.Terminal.Flush();
            }
        }
        while (await resized.WaitAsync(timer, call.Interruption));

        return ExitCode.Interrupted;
    }
}
