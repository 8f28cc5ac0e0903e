using Mptcp.Tool.Live;

namespace Mptcp.Tool.Commands;

sealed class TopCommand() : ToolCommand("top", "Watch connections, paths and events live. Keys sort, filter, look into a connection, and change paths.")
{
    protected override async Task<int> RunAsync(Call call)
    {
        Require.Mptcp();
        if (call.Terminal is not { IsTerminal: true, IsJson: false })
            throw new ToolException(ExitCode.BadArguments, "'mptcp top' needs a terminal. For files and pipes, use 'mptcp connections --watch', with or without --json.");

        using var sampler = new TopSampler();
        await using var events = new EventFeed();
        var state = new TopState();
        TopSample sample = sampler.Look();
        using var screen = new LiveScreen(call.Terminal);
        using var keys = new KeySource();
        TopView.Draw(screen, sample, state, events);
        await foreach (ConsoleKeyInfo? key in keys.ReadAllAsync(call.Interruption))
        {
            if (key is { Key: ConsoleKey.Q } && !state.IsFiltering)
                return ExitCode.Done;

            if (key is not { } pressed)
                sample = sampler.Look(state.Opened);
            else if (state.Handle(pressed, sample) is { } action)
                (state.Message, sample) = (PathControl.Do(action), sampler.Look(state.Opened));

            if (state.Opened is { } opened && sample.Host is null)
                sample = sampler.Look(opened);

            TopView.Draw(screen, sample, state, events);
        }

        return ExitCode.Done;
    }
}
