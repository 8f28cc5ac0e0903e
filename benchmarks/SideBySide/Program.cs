using System.CommandLine;
using System.CommandLine.Invocation;
using System.Diagnostics;
using Mptcp.Lab;
using SideBySide;
using SideBySide.Measuring;
using SideBySide.Questions;
using SideBySide.Reporting;
using Spectre.Console;

const string Page = "docs/benchmarks.md";

var quick = new Option<bool>("--quick") { Description = "A few short turns of everything, to see that it works. Writes no document." };
var only = new Option<string?>("--only") { Description = "Only questions whose title contains this. Writes no document.", HelpName = "TEXT" };
var other = new Option<string?>("--other-version")
{
    Description = "Compares this library with another version of it only, on one path. benchmarks/compare builds it. Writes no document.", HelpName = "CONTESTANT.DLL",
};
var command = new RootCommand(
    "Measures this library beside what a user would pick instead, and writes docs/benchmarks.md. benchmarks/run builds what it needs.")
{
    quick, only, other,
};
command.SetAction(RunAsync);

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} --help says more.");
    return 2;
}

return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) });

async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
{
    bool isPartial = arguments.GetValue(quick) || arguments.GetValue(only) is not null || arguments.GetValue(other) is not null;
    Effort effort = arguments.GetValue(quick) ? Effort.Quick : Effort.Whole;
    Question[] all = arguments.GetValue(other) is { } program
        ? [.. Throughput.Questions(effort).Select(question => question with { Contestants = [Contestant.OtherVersion(program), Contestant.Library, Contestant.LibraryAgain] })]
        :
        [
            Failover.Question, .. LostSyns.Questions(effort), .. Paths.Questions(effort), .. Throughput.Questions(effort), Relaying.Question(effort),
            .. Scale.Questions(effort), .. WholeHost.Questions(effort), .. Reloading.Questions(effort),
        ];
    Question[] questions = [.. all.Where(question => question.Title.Contains(arguments.GetValue(only) ?? "", StringComparison.OrdinalIgnoreCase))];
    if (questions.Length == 0)
    {
        Console.Error.WriteLine($"No question is called so. There are: {string.Join("; ", all.Select(question => question.Title))}.");
        return 2;
    }

    if (LabNetwork.Missing is [_, ..] missing)
    {
        Console.Error.WriteLine(string.Join(Environment.NewLine, missing));
        return 2;
    }

    try
    {
        double load = Machine.ReadLoad();
        if (load > Environment.ProcessorCount / 2.0)
            Console.Error.WriteLine($"This machine is busy (load {load:0.00}): the figures will say little.");

        long begun = Stopwatch.GetTimestamp();
        ProcessorTime before = ProcessorTime.Read();
        var answers = new List<Answer>();
        var failures = new List<string>();
        foreach (Question question in questions)
        {
            if (await TryAskAsync(question, effort, failures, cancellationToken) is { } answer)
                answers.Add(answer);
        }

        string machine = $"{Machine.Describe()}; {Machine.ReadFrequency():N0} MHz; load before: {load:0.00}; stolen: {ProcessorTime.Read().StolenSince(before):P1}"
            + (failures.Count == 0 ? "" : $"; failed and repeated at most once: {string.Join(" ", failures)}");
        Report report = Report.Of([.. answers], hasGoals: arguments.GetValue(other) is null, machine, Stopwatch.GetElapsedTime(begun));
        if (!isPartial && MarkdownReader.Read(Page) is { } previous)
            report = report with { Sheets = [.. report.Sheets, Agreement.Of(previous, report)] };

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect, // alone, it would colour a file
        });
        ConsoleWriter.Write(console, report);
        if (!isPartial)
            MarkdownWriter.Write(Page, report);

        return answers.Count == questions.Length ? 0 : 1;
    }
    catch (Exception e) when (cancellationToken.IsCancellationRequested && e is OperationCanceledException or BenchmarkException) // Ctrl+C ends contestants, too
    {
        Console.Error.WriteLine("Cancelled.");
        return 130;
    }
    catch (Exception e) when (e is BenchmarkException or LabException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}

// Once more after a failure, such as a second path that came too late, because a run is long.
static async Task<Answer?> TryAskAsync(Question question, Effort effort, List<string> failures, CancellationToken cancellationToken)
{
    for (int attempt = 0; attempt < 2; attempt++)
    {
        try
        {
            return await Turns.RunAsync(question, effort, cancellationToken);
        }
        catch (BenchmarkException e) when (!cancellationToken.IsCancellationRequested)
        {
            failures.Add($"{question.Title}: {e.Message.Split('\n')[0]}"); // the rest is a stack, for the console
            Console.Error.WriteLine($"{question.Title}: {e.Message}");
        }
    }

    return null;
}
