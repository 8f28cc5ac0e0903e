using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using Failover;
using Mptcp.Lab;
using Mptcp.Sockets;
using Spectre.Console;

Option<int> megabytes = WholeNumber("--megabytes", "The size of the download, which is made twice.", standard: 20, least: 1, most: 1000);
Option<int> outage = WholeNumber("--outage", "The time for which the path is cut, in seconds.", standard: 4, least: 1, most: 60);
var noLive = new Option<bool>("--no-live")
{
    Description = "Print lines for a log instead of the live display. This is the default if the output is not a terminal.",
};

var dashboard = new Option<bool>("--dashboard") { Description = "Show the paths in a browser while the program downloads. Use it with a larger download, such as --megabytes 200." };

var command = new RootCommand(
    "Downloads over two paths, first with Multipath TCP, then with TCP, and cuts one path in the middle of each download. "
    + "The program creates both hosts and both paths on this machine, and removes them at the end.")
{
    megabytes, outage, noLive, dashboard,
};
command.SetAction(RunAsync);

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} Run with --help for the options.");
    return ExitCode.BadArguments;
}

return await parsed.InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromSeconds(20), // time to remove both hosts
});

async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
{
    if (LabNetwork.Missing.Any(requirement => requirement.IsRequired))
        Rootless.Restart(); // returns only if a user namespace would not help

    if (Requirements.FindMissing() is [_, ..] missing)
    {
        Console.Error.WriteLine(string.Join(Environment.NewLine, missing.Prepend("The demonstration cannot run on this machine:")));
        return ExitCode.CannotRunHere;
    }

    try
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect, // Detect alone would write colours into a file
        });
        bool isLive = !arguments.GetValue(noLive) && console.Profile.Capabilities is { Ansi: true, Interactive: true };
        IDisplay display = isLive ? new TerminalDisplay(console) : new LineDisplay();

        Outcome mptcp = await DownloadAsync("Multipath TCP", MptcpMode.Required);
        Outcome tcp = await DownloadAsync("TCP", MptcpMode.Disabled);

        Comparison.Write(console, mptcp, tcp);
        return mptcp.IsIntact && tcp.IsIntact ? ExitCode.Done : ExitCode.TransferFailed;

        Task<Outcome> DownloadAsync(string name, MptcpMode mode)
        {
            var trial = new Trial(name, mode, arguments.GetValue(megabytes) * 1_000_000L, TimeSpan.FromSeconds(arguments.GetValue(outage)), arguments.GetValue(dashboard));
            return display.ShowAsync(trial, cancellationToken);
        }
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        Console.Error.WriteLine("Cancelled.");
        return ExitCode.Cancelled;
    }
    catch (Exception e)
    {
        Console.Error.WriteLine($"Failed: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
        return e is LabException ? ExitCode.CannotRunHere : ExitCode.TransferFailed;
    }
}

static Option<int> WholeNumber(string name, string description, int standard, int least, int most) => new(name)
{
    Description = $"{description} From {least} to {most}.",
    HelpName = "N",
    DefaultValueFactory = _ => standard,
    CustomParser = argument =>
    {
        string text = argument.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least || number > most)
            argument.AddError($"{name} takes a whole number from {least} to {most}, not '{text}'.");

        return number;
    },
};
