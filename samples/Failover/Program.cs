using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using Failover;
using Mptcp.Lab;
using Mptcp.Sockets;
using Spectre.Console;

Option<int?> megabytes = WholeNumber("--megabytes", "The size of the download, which is made twice. The default is 20, or 200 with --dashboard.", least: 1, most: 1000);
Option<int?> outage = WholeNumber("--outage", "The time for which the path is cut, in seconds. The default is 4, or 8 with --dashboard.", least: 1, most: 60);
var noLive = new Option<bool>("--no-live")
{
    Description = "Print lines for a log instead of the live display. This is the default if the output is not a terminal.",
};

var dashboard = new Option<bool>("--dashboard") { Description = "Show the paths in a browser while the program downloads. The download starts when the page is open." };

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

        using var testbed = new Testbed();
        testbed.Client.UseAllLinks();
        bool hasDashboard = arguments.GetValue(dashboard);
        await using Dashboard? page = hasDashboard ? await OpenDashboardAsync(testbed, cancellationToken) : null;

        Outcome mptcp = await DownloadAsync("Multipath TCP", MptcpMode.Required);
        Outcome tcp = await DownloadAsync("TCP", MptcpMode.Disabled);

        Comparison.Write(console, mptcp, tcp);
        return mptcp.IsIntact && tcp.IsIntact ? ExitCode.Done : ExitCode.TransferFailed;

        Task<Outcome> DownloadAsync(string name, MptcpMode mode)
        {
            long size = (arguments.GetValue(megabytes) ?? (hasDashboard ? 200 : 20)) * 1_000_000L;
            var trial = new Trial(testbed, name, mode, size, TimeSpan.FromSeconds(arguments.GetValue(outage) ?? (hasDashboard ? 8 : 4)));
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

// The download waits for the reader, who would otherwise miss the cut.
static async Task<Dashboard> OpenDashboardAsync(Testbed testbed, CancellationToken cancellationToken)
{
    Dashboard dashboard = await Dashboard.StartAsync(testbed.Client, cancellationToken);
    try
    {
        Console.WriteLine($"Open this address in a browser. Then the download starts.\n{dashboard.Address}");
        await dashboard.Opened.WaitAsync(cancellationToken);
        return dashboard;
    }
    catch
    {
        await dashboard.DisposeAsync();
        throw;
    }
}

static Option<int?> WholeNumber(string name, string description, int least, int most) => new(name)
{
    Description = $"{description} From {least} to {most}.",
    HelpName = "N",
    CustomParser = argument =>
    {
        string text = argument.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least || number > most)
            argument.AddError($"{name} takes a whole number from {least} to {most}, not '{text}'.");

        return number;
    },
};
