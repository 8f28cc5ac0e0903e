using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary>Terminals, pipes, files and network namespaces.</summary>
public class OutputTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_closed_pipe_ends_the_command_silently()
    {
        using var one = new OneHost();
        string tool = string.Join(' ', ToolProcess.Command("counters", "--all", "--watch"));
        await using Child pipe = one.Host.Run(() => Child.Start("bash", ["-c", $"{tool} | head -n 1; echo ${{PIPESTATUS[0]}}"]));
        Child.Result result = (await pipe.ExitAsync()).ShouldSucceed();
        result.Output.Should().MatchRegex("^MPCapableSYNRX .*\n0\n$");
        result.Error.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Output_is_appended_to_a_file()
    {
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        string file = directory.File("output"), tool = string.Join(' ', ToolProcess.Command("limits"));
        await using Child shell = one.Host.Run(() => Child.Start("sh", ["-c", $"(echo before; {tool}; echo after) > {file}"]));
        (await shell.ExitAsync()).ShouldSucceed();
        (await File.ReadAllLinesAsync(file)).Should().HaveCount(4).And.StartWith("before").And.EndWith("after").And.NotContain(line => line.Contains('\e'));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_network_namespace_of_a_process_can_be_used()
    {
        using var hosts = TwoHosts.WithOneLink();
        hosts.Client.Execute("ip", "mptcp", "limits", "set", "subflow", "5", "add_addr_accepted", "6");
        await using Child inside = hosts.Client.Run(() => Child.Start("cat", []));
        string id = $"{inside.Id}";
        await Eventually.TrueAsync(() => File.Exists($"/proc/{id}/ns/net"), "the process runs");

        (await ToolProcess.ObjectsAsync(hosts.Server, "limits", "--netns", id)).Single().Text("acceptedAddresses").Should().Be("6");
        (await ToolProcess.ObjectsAsync(hosts.Server, "limits", $"--netns=/proc/{id}/ns/net")).Single().Text("acceptedAddresses").Should().Be("6");
        (await ToolProcess.ObjectsAsync(hosts.Server, "limits")).Single().Text("acceptedAddresses").Should().NotBe("6");

        Child.Result refused = await ToolProcess.RunUnprivilegedAsync(hosts.Server, "limits", "--netns", id);
        refused.ExitCode.Should().Be(ExitCode.PrivilegeMissing, refused.Error);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("zsh -f -i", "autoload -U compinit; compinit -u -D; source <(mptcp completion zsh); PS1='REA''DY> '")]
    [InlineData("fish -N -i", "mptcp completion fish | source; function fish_prompt; echo -n 'REA''DY> '; end")]
    public async Task Zsh_and_fish_complete_verbs_and_options(string shell, string setUp)
    {
        string[] words = shell.Split(' ');
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        string tool = directory.File("mptcp");
        await File.WriteAllTextAsync(tool, $"#!/bin/sh\nexec {string.Join(' ', ToolProcess.Command())} \"$@\"\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using Tmux terminal = await Tmux.StartProgramAsync(
            one.Host, 100, 20, ["env", $"PATH={directory.File("")}:{Environment.GetEnvironmentVariable("PATH")}", $"HOME={directory.File("")}", Needs.Program(words[0], words[0]), .. words[1..]]);

        await terminal.SendAsync(setUp, "Enter");
        await terminal.ShowsAsync("READY>");
        await terminal.SendAsync("mptcp endpoints fl", "Tab");
        await terminal.ShowsAsync("READY> mptcp endpoints flush");
        await terminal.SendAsync("C-u", "mptcp doctor --sn", "Tab");
        await terminal.ShowsAsync("READY> mptcp doctor --snapshot");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Bash_completes_a_verb()
    {
        using var one = new OneHost();
        string tool = string.Join(' ', ToolProcess.Command());
        string script = $$"""
            mptcp() { {{tool}} "$@"; }
            source <(mptcp completion bash)
            COMP_LINE='mptcp endpoints fl' COMP_POINT=18 COMP_WORDS=(mptcp endpoints fl) COMP_CWORD=2
            _mptcp; echo "${COMPREPLY[@]}"
            """;
        await using Child bash = one.Host.Run(() => Child.Start("bash", ["-c", script]));
        (await bash.ExitAsync()).ShouldSucceed().Output.Trim().Should().Be("flush");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(140)]
    public async Task A_live_list_fits_the_terminal_and_leaves_it_clean(int width)
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, width, 12, "connections", "--watch");

        string screen = await terminal.ShowsAsync($"{connection.Client.GetMptcpInfo().Token:x8}", $"  {hosts.SecondLink.Name}", "Ctrl+C ends it");
        screen.Should().NotContain("before");
        screen.Contains("LOCAL").Should().Be(width > 80);
        screen.Contains("PROCESS").Should().Be(width > 80);
        await terminal.SendAsync("C-c");
        (await terminal.ShowsAsync("before", "exit 130")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCountLessThan(4, "there is no stack trace");
    }
}
