using System.CommandLine;
using System.CommandLine.Invocation;
using Mptcp.Netlink;
using Mptcp.Sockets;
using PathMonitor;
using Spectre.Console;

var once = new Option<bool>("--once") { Description = "List the connections and exit. Needs no privilege." };
var command = new RootCommand("Shows the Multipath TCP connections of this host, their paths, and events as they occur. Events need CAP_NET_ADMIN.") { once };
command.SetAction(RunAsync);

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} Run with --help for the options.");
    return ExitCode.BadArguments;
}

return await parsed.InvokeAsync();

async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
{
    IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect, // Detect alone would write colours into a file
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
        Console.Error.WriteLine(e is MptcpPrivilegeException ? $"{e.Message} To list connections without it, use --once." : e.Message);
        return ExitCode.CannotRunHere;
    }
    catch (Exception e)
    {
        Console.Error.WriteLine($"Failed: {e.Message}");
        return ExitCode.Failed;
    }
}
