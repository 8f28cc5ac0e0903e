using System.Text.Json;
using Mptcp.Netlink;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary>Wrong arguments and missing things lead to one line of message and an exit code, and never to a stack trace.</summary>
public class BadInputTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("'nothing'", "nothing")]
    [InlineData("'--nothing'", "connections", "--nothing")]
    [InlineData("'0' is not a port", "connections", "--port", "0")]
    [InlineData("'1' is not an IP address", "connections", "--peer", "1")]
    [InlineData("'wrong' is not one of closed, listen,", "connections", "--state", "wrong")]
    [InlineData("There is no network interface 'wrong'.", "connections", "--interface", "wrong")]
    [InlineData("'xyz' is not a token.", "show", "xyz")]
    [InlineData("'123456789' is not a token.", "show", "123456789")]
    [InlineData("There is no network namespace or process 'wrong'.", "limits", "--netns", "wrong")]
    [InlineData("is not a network namespace", "limits", "--netns", "/proc/self/status")]
    [InlineData("'65' is not a limit: it must be from 0 to MAXIMUM on this kernel.", "limits", "--accept", "65")]
    [InlineData("'65' is not a limit: it must be from 0 to MAXIMUM on this kernel.", "endpoints", "plan", "--accept", "65")]
    [InlineData("'-1' is not a limit: it must be a number, 0 or greater.", "limits", "--accept", "-1")]
    [InlineData("'0' is not a port: it must be from 1 to 65535.", "check", "192.0.2.1:0")]
    [InlineData("'0' is not a port: it must be from 1 to 65535.", "check", "http://192.0.2.1:0/")]
    [InlineData("'http' is not a port: it must be from 1 to 65535.", "check", "192.0.2.1:http")]
    [InlineData("'0' is not a port: it must be from 1 to 65535.", "get", "http://192.0.2.1:0/")]
    [InlineData("'0' is not a port: it must be from 1 to 65535.", "endpoints", "add", "192.0.2.1", "--port", "0")]
    [InlineData("'implicit' is not one of none, signal,", "endpoints", "add", "192.0.2.1", "--flags", "implicit")]
    [InlineData("no network interface 'wrong'", "endpoints", "add", "192.0.2.1", "--dev", "wrong")]
    [InlineData("'256' is neither an id from 1 to 255 nor an IP address.", "endpoints", "remove", "256")]
    [InlineData("--flags", "endpoints", "set", "1")]
    [InlineData("Did you mean '--dev'?", "endpoints", "add", "192.0.2.1", "dev", "eth0")]
    [InlineData("Did you mean '--flags signal'?", "endpoints", "add", "192.0.2.1", "signal")]
    [InlineData("Did you mean '--subflows'?", "limits", "set", "subflows", "2")]
    [InlineData("'tcsh'", "completion", "tcsh")]
    public async Task Wrong_arguments_are_reported(string says, params string[] arguments)
    {
        using var one = new OneHost();
        Child.Result result = await ToolProcess.RunAsync(one.Host, arguments);
        result.ExitCode.Should().Be(ExitCode.BadArguments, result.Output + result.Error);
        result.Error.Trim().Should().ContainEquivalentOf(says.Replace("MAXIMUM", one.Host.Run(() =>
        {
            using var manager = MptcpPathManager.Open();
            return $"{manager.GetMaximum()}";
        }))).And.NotContain("\n");
        result.Output.Should().BeEmpty();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("There is no endpoint 9.", "endpoints", "remove", "9")]
    [InlineData("There is no connection 00000001.", "show", "1")]
    [InlineData("endpoint 9", "endpoints", "set", "9", "--flags", "subflow")]
    [InlineData("Cannot resolve 'no-such-name.invalid'", "check", "no-such-name.invalid:80")]
    [InlineData("Cannot resolve 'no-such-name.invalid'", "doctor", "--peer", "no-such-name.invalid:80")]
    public async Task Missing_things_are_reported(string says, params string[] arguments)
    {
        using var one = new OneHost();
        Child.Result result = await ToolProcess.RunAsync(one.Host, arguments);
        result.ExitCode.Should().Be(ExitCode.Failed, result.Output + result.Error);
        result.Error.Trim().Should().Contain(says).And.NotContain("\n");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(ExitCode.Failed, "no-such-name.invalid", "check", "no-such-name.invalid:80")]
    [InlineData(ExitCode.BadArguments, "'xyz' is not a token.", "show", "xyz")]
    public async Task With_json_an_error_is_an_object(int exitCode, string says, params string[] arguments)
    {
        using var one = new OneHost();
        Child.Result result = await ToolProcess.RunAsync(one.Host, [.. arguments, "--json"]);

        result.ExitCode.Should().Be(exitCode, result.Error);
        result.Output.Should().BeEmpty();
        JsonElement error = JsonDocument.Parse(result.Error).RootElement;
        error.Text("error").Should().Contain(says);
        error.Text("exitCode").Should().Be($"{exitCode}");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("monitor")]
    [InlineData("endpoints", "follow")]
    [InlineData("endpoints", "add", "192.0.2.1")]
    [InlineData("endpoints", "flush")]
    [InlineData("limits", "--accept", "1")]
    public async Task A_missing_capability_is_named(params string[] arguments)
    {
        using var one = new OneHost();
        Child.Result result = await ToolProcess.RunUnprivilegedAsync(one.Host, arguments);
        result.ExitCode.Should().Be(ExitCode.PrivilegeMissing, result.Output + result.Error);
        result.Error.Should().Contain("CAP_NET_ADMIN").And.NotContain("   at ");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("connections")]
    [InlineData("endpoints")]
    [InlineData("endpoints", "plan")]
    [InlineData("limits")]
    [InlineData("routes")]
    [InlineData("settings")]
    [InlineData("counters", "--all")]
    public async Task Commands_without_privilege_show_what_they_can(params string[] arguments)
    {
        using var one = new OneHost();
        (await ToolProcess.RunUnprivilegedAsync(one.Host, arguments)).ShouldSucceed().Output.Should().NotBeEmpty();
    }
}
