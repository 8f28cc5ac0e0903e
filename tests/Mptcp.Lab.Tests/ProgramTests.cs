using System.Diagnostics;
using System.Globalization;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class ProgramTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_runs_on_its_host_with_its_arguments_directory_and_environment()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        using var directory = new TemporaryDirectory();
        string workingDirectory = Path.GetDirectoryName(directory.File("x"))!;
        var start = new ProcessStartInfo("sh", ["-c", "ip -brief address show dev wifi; pwd; echo \"$LAB_TEST $1\"; cat; echo told >&2; exit 7", "sh", "two words"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        start.Environment["LAB_TEST"] = "a value";
        string[] before = Describe(start);

        using Process program = network.Server().Start(start);
        await program.StandardInput.WriteAsync("asked");
        program.StandardInput.Close();
        string output = await program.StandardOutput.ReadToEndAsync().WaitAsync(Limit.OfAWait);
        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);

        output.Should().Contain("10.0.1.2/24").And.Contain("fd00:0:0:1::2/64").And.EndWith($"{workingDirectory}\na value two words\nasked");
        (await program.StandardError.ReadToEndAsync()).Should().Be("told\n");
        program.ExitCode.Should().Be(7);
        Describe(start).Should().Equal(before, "the caller's object stays as it is");

        static string[] Describe(ProcessStartInfo start) =>
            [start.FileName, start.WorkingDirectory, .. start.ArgumentList, .. start.Environment.Select(variable => $"{variable.Key}={variable.Value}").Order()];
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Disposing_the_network_kills_a_program_and_its_children()
    {
        LabNetwork network = Labs.TwoHosts("wifi");
        const string family = "sleep 1000 & echo $!; setsid sleep 1000 & echo $!; (trap '' TERM HUP; exec sleep 1000) & echo $!; wait";
        using Process program = network.Client().Start(new ProcessStartInfo("sh", ["-c", family]) { RedirectStandardOutput = true });
        var processes = new List<int> { program.Id };
        for (int i = 0; i < 3; i++)
            processes.Add(int.Parse((await program.StandardOutput.ReadLineAsync().WaitAsync(Limit.OfAWait))!, CultureInfo.InvariantCulture));

        processes.Should().OnlyContain(process => Traces.IsAlive(process));
        network.Dispose();

        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);
        await Eventually.TrueAsync(() => !processes.Any(Traces.IsAlive), "all are dead");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Disposing_the_network_kills_an_executed_program()
    {
        LabNetwork network = Labs.TwoHosts();
        using var directory = new TemporaryDirectory();
        string started = directory.File("started");

        var executing = Task.Factory.StartNew(
            () => network.Client().Execute("sh", "-c", $": > {started}; exec sleep 1000"), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Eventually.TrueAsync(() => File.Exists(started), "it runs");
        network.Dispose();

        await FluentActions.Awaiting(() => executing.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<LabException>().WithMessage("*exit code 137*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Programs_outlive_the_thread_that_started_them()
    {
        using LabNetwork network = Labs.TwoHosts();
        Process? program = null;
        var thread = new Thread(() => program = network.Client().Start(new ProcessStartInfo("sleep", ["1000"])));
        thread.Start();
        thread.Join();

        for (int i = 0; i < 10; i++)
            network.Client().Execute("true"); // if the program had been killed, it would have ended by now

        program!.HasExited.Should().BeFalse();
        program.Kill();
        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);
        program.Dispose();
    }

    [Fact]
    public void Execute_returns_the_output_or_throws_with_the_error()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabHost server = network.Server();

        server.Execute("ip", "-brief", "-4", "address", "show", "dev", "wifi").Should().Contain("10.0.1.2/24");
        FluentActions.Invoking(() => server.Execute("sh", "-c", "echo it is broken >&2; exit 3"))
            .Should().Throw<LabException>().WithMessage("*sh -c *exit code 3: it is broken");
    }

    [Theory]
    [InlineData("no-such-program")]
    [InlineData("./no-such-program")]
    [InlineData("/no/such/program")]
    public void A_missing_program_is_named(string program)
    {
        using LabNetwork network = Labs.TwoHosts();

        FluentActions.Invoking(() => network.Client().Execute(program)).Should().Throw<LabException>().WithMessage($"'{program}' cannot be started*");
        FluentActions.Invoking(() => network.Client().Start(new ProcessStartInfo(program))).Should().Throw<LabException>().WithMessage($"'{program}' cannot be started*");
    }

    [Fact]
    public void A_missing_directory_is_named()
    {
        using LabNetwork network = Labs.TwoHosts();

        FluentActions.Invoking(() => network.Client().Start(new ProcessStartInfo("true") { WorkingDirectory = "/no/such/directory" }))
            .Should().Throw<LabException>().WithMessage("*/no/such/directory*");
    }

    [Fact]
    public void A_relative_path_starts_at_the_current_directory()
    {
        using LabNetwork network = Labs.TwoHosts();
        string shell = Path.GetRelativePath(Environment.CurrentDirectory, "/bin/sh");

        network.Client().Execute(shell, "-c", "echo here").Should().Be("here\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_lab_does_not_run_programs_of_the_current_directory()
    {
        Needs.Lab();
        using var directory = new TemporaryDirectory();
        string decoy = directory.File("setpriv"), taken = directory.File("taken");
        await File.WriteAllTextAsync(decoy, $"#!/bin/sh\n: > {taken}\n");

        (await Witness.RunAsync(["sh", "-c", "cd \"$0\" && chmod +x setpriv && exec \"$@\"", Path.GetDirectoryName(decoy)!], ["make", "1"])).ShouldSucceed();

        File.Exists(taken).Should().BeFalse();
    }

    [Fact]
    public void A_program_with_much_output_does_not_block()
    {
        using LabNetwork network = Labs.TwoHosts();
        const int count = 1_000_000;
        string write = $"head -c {count} /dev/zero | tr '\\0' x";

        network.Client().Execute("sh", "-c", $"{write} >&2; {write}").Should().HaveLength(count);
        FluentActions.Invoking(() => network.Client().Execute("sh", "-c", $"{write}; {write} >&2; exit 1"))
            .Should().Throw<LabException>().Which.Message.Length.Should().BeGreaterThan(count);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_that_takes_too_long_or_is_cancelled_is_killed()
    {
        using LabNetwork network = Labs.TwoHosts();
        LabHost client = network.Client();
        using var cancellation = new CancellationTokenSource();

        FluentActions.Invoking(() => client.Execute("sleep", ["1000"], TimeSpan.FromMilliseconds(50)))
            .Should().Throw<TimeoutException>().WithMessage("*'sleep'*'client'*0.05 s*");
        Task<string> running = Task.Run(() => client.Execute("sh", ["-c", "sleep 1000; echo"], Timeout.InfiniteTimeSpan, cancellation.Token));
        await Eventually.TrueAsync(() => Sleeping() > 0, "the program runs");
        await cancellation.CancelAsync();
        (await FluentActions.Awaiting(() => running).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);
        await Eventually.TrueAsync(() => Sleeping() == 0, "none is left");
        FluentActions.Invoking(() => client.Execute("true", [], TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("timeout");
        client.Execute("echo", ["in time"], Limit.OfAWait).Should().Be("in time\n");

        int Sleeping()
        {
            string home = Path.GetFileName(network.Client().Run(() => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)!.Name));
            return Directory.GetDirectories("/proc").Count(process => Read($"{process}/comm") == "sleep\n" && ReadLink($"{process}/ns/net") == home);
        }

        static string? Read(string path)
        {
            try
            {
                return File.ReadAllText(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        static string? ReadLink(string path)
        {
            try
            {
                return File.ResolveLinkTarget(path, returnFinalTarget: false)?.Name;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_starts_by_name_with_arguments()
    {
        using LabNetwork network = Labs.TwoHosts();

        using System.Diagnostics.Process program = network.Client().Start("sh", "-c", "exit 3");

        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);
        program.ExitCode.Should().Be(3);
        FluentActions.Invoking(() => network.Client().Start("")).Should().Throw<ArgumentException>();
    }
}
