using System.CommandLine;
using System.Globalization;
using Mptcp.Sockets;
using Mptcp.Tool.Json;
using Mptcp.Tool.Live;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class CountersCommand : ToolCommand
{
    readonly Option<bool> _all = new("--all", "-a") { Description = "List also the counters that are 0." };
    readonly Option<bool> _watch = new("--watch", "-w") { Description = "Show again each second what has been counted since the start, until Ctrl+C." };

    internal CountersCommand()
        : base("counters", "List the kernel's MPTCP counters with their meaning.")
    {
        Options.Add(_all);
        Options.Add(_watch);
    }

    protected override Task<int> RunAsync(Call call)
    {
        Require.Mptcp();
        MptcpCounters before = MptcpCounters.Read();
        if (call.Get(_watch))
            return Watch.RunAsync(call, width => Show(call, MptcpCounters.Read() - before, width));

        call.Terminal.Lines(Show(call, before, call.Terminal.Width));
        return Task.FromResult(ExitCode.Done);
    }

    IEnumerable<string> Show(Call call, MptcpCounters counters, int width)
    {
        string[] names = [.. counters.Names.Where(name => call.Get(_all) || counters[name] != 0)];
        if (!call.Terminal.IsJson)
        {
            return names.Length == 0
                ? [call.Get(_watch) ? "[grey]Nothing has been counted since the start.[/]" : "[grey]All counters are 0. --all lists them.[/]"]
                : MeaningList.Lines(names.Select(name => (name, counters[name]!.Value.ToString(CultureInfo.InvariantCulture), Meanings.OfCounter(name))), width);
        }

        foreach (string name in names)
            call.Terminal.Object(new CounterLine(name, counters[name]!.Value, Meanings.OfCounter(name)), ToolJson.Default.CounterLine);

        return [];
    }
}
