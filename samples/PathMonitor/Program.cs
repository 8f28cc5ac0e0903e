using System.CommandLine;
using System.CommandLine.Invocation;
using Mptcp.Netlink;
using Mptcp.Sockets;
using PathMonitor;
using Spectre.Console;

var once = new Option<bool>("--once") { Description = "List the connections and end. Needs no privilege." };
var command = new RootCommand("Shows this host's Multipath TCP connections and their paths, and what happens to them, as it happens (needs CAP_NET_ADMIN).") { once };
command.SetAction(RunAsync);

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} --help says more.");
    return ExitCode.BadArguments;
}

return await parsed.InvokeAsync();

async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
{
    IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect, // alone, it would colour a file
    });
    if (Console.IsOutputRedirected)
        console.Profile.Width = 160;

    try
    {
        if (arguments.GetValue(once))
        {
            console.Write(ConnectionTable.Create());
            return ExitCode.Done;
        }

        await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
        if (console.Profile.Capabilities is { Ansi: true, Interactive: true })
            await Watch.ShowAsync(console, monitor, cancellationToken);
        else
            await Watch.PrintAsync(console, monitor, cancellationToken);

        return ExitCode.Done;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        return ExitCode.Done;
    }
    catch (Exception e) when (e is MptcpPrivilegeException or MptcpNotSupportedException)
    {
        Console.Error.WriteLine(e is MptcpPrivilegeException ? $"{e.Message} --once lists connections without it." : e.Message);
        return ExitCode.CannotRunHere;
    }
    catch (Exception e)
    {
        Console.Error.WriteLine($"Failed: {e.Message}");
        return ExitCode.Failed;
    }
}
