using System.CommandLine;
using System.Diagnostics;
using Mptcp.Netlink;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class DoctorCommand : ToolCommand
{
    readonly Option<PeerAddress?> _peer = new("--peer") { Description = "Probe this peer, too.", HelpName = "HOST:PORT", CustomParser = ArgumentParser.Peer };
    readonly Option<FileInfo?> _snapshot = SnapshotOption.Create("Examine another host");
    readonly Option<FileInfo?> _before = SnapshotOption.Create("Find only failures since then", "--before");
    readonly Option<bool> _fix = new("--fix") { Description = "Print only the commands that fix what was found." };
    readonly Option<bool> _yes = new("--yes") { Description = "With --fix: run them, and examine again. Needs root." };
    readonly Option<bool> _strict = new("--strict") { Description = $"Exit with {ExitCode.Warnings} if there are warnings." };

    internal DoctorCommand()
        : base("doctor", "Say what keeps connections from using MPTCP or all of their paths, and how to fix it.")
    {
        foreach (Option option in (Option[])[_peer, _snapshot, _before, _fix, _yes, _strict])
            Options.Add(option);

        Validators.Add(result =>
        {
            if (result.GetValue(_yes) && !result.GetValue(_fix))
                result.AddError("--yes needs --fix.");

            if (result.GetValue(_snapshot) is not null && (result.GetValue(_yes) || result.GetResult(_peer) is not null))
                result.AddError("--snapshot is of another host: neither --yes nor --peer goes with it.");
        });
    }

    protected override async Task<int> RunAsync(Call call)
    {
        IReadOnlyList<MptcpFinding> findings = await ExamineAsync(call, call.Get(_before) is { } before ? SavedSnapshot.Read(before) : null);
        if (call.Get(_yes) && findings.Any(finding => finding.Remedy.Count > 0))
        {
            await RunAsync(call, findings);
            findings = await ExamineAsync(call, MptcpHostSnapshot.Take()); // the failures that were counted before are fixed
        }

        Show(call, findings);
        return findings.Select(finding => finding.Severity).DefaultIfEmpty().Max() switch
        {
            MptcpFindingSeverity.Error => ExitCode.Failed,
            MptcpFindingSeverity.Warning when call.Get(_strict) => ExitCode.Warnings,
            _ => ExitCode.Done,
        };
    }

    Task<IReadOnlyList<MptcpFinding>> ExamineAsync(Call call, MptcpHostSnapshot? before)
    {
        var options = new MptcpDoctorOptions { Before = before };
        if (call.Get(_snapshot) is { } file)
            return Task.FromResult(MptcpDoctor.Examine(SavedSnapshot.Read(file), options));

        if (call.Get(_peer) is { } peer)
            (options.PeerHost, options.PeerPort) = (peer.Host, peer.Port);

        return MptcpDoctor.ExamineAsync(options, call.Interruption);
    }

    void Show(Call call, IReadOnlyList<MptcpFinding> findings)
    {
        if (call.Terminal.IsJson)
        {
            foreach (MptcpFinding finding in findings)
                call.Terminal.Object(FindingLine.Of(finding), ToolJson.Default.FindingLine);
        }
        else if (call.Get(_fix) && !call.Get(_yes))
        {
            call.Terminal.Lines(findings.SelectMany(finding => finding.Remedy).Distinct().Select(Format.Cell));
        }
        else
        {
            call.Terminal.Lines(findings.Count == 0 ? ["[green]No findings.[/]"] : FindingList.Lines(findings, call.Terminal.Width));
        }
    }

    /// <summary>
    /// Runs each command once, in the order of the findings. Stops at the first that fails, because later ones may depend on it.
    /// </summary>
    static async Task RunAsync(Call call, IReadOnlyList<MptcpFinding> findings)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new ToolException(ExitCode.PrivilegeMissing, "Cannot run the commands of --fix: they need root. Without --yes they are printed.");

        foreach (string command in findings.SelectMany(finding => finding.Remedy).Distinct())
        {
            Console.Error.WriteLine($"# {command}");
            using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{{ {command}\n}} >&2"]))!;
            await shell.WaitForExitAsync(call.Interruption);
            if (shell.ExitCode != 0)
                throw new ToolException(ExitCode.Failed, $"Cannot fix everything: '{command}' failed with exit code {shell.ExitCode}. The previous commands were run.");
        }
    }
}
