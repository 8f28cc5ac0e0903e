using System.Globalization;
using System.Text.RegularExpressions;

namespace Mptcp.Sockets.Tests;

/// <summary>The second command of the README, as built with these tests.</summary>
public class FailoverTests
{
    const int BadArguments = 2, CannotRunHere = 3, Cancelled = 130;

    static readonly string[] s_short = ["--no-live", "--megabytes", "6", "--outage", "1"];

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Both_downloads_survive_and_are_compared(bool asOrdinaryUser)
    {
        Needs.Mptcp();
        Needs.Lab();

        await using Child child = await StartAsync(asOrdinaryUser, s_short);
        Child.Result result = (await child.ExitAsync()).ShouldSucceed();

        Regex.Count(result.Output, "wifi is cut").Should().Be(2);
        result.Output.Should().MatchRegex("protocol, says the kernel.*Multipath TCP.* TCP ").And.MatchRegex("SHA-256 at both ends.*the same.*the same");
        result.Output.Should().NotContain("\e", "it is not a terminal");
        result.Error.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Both_downloads_have_one_dashboard_and_wait_until_it_is_opened()
    {
        Needs.Mptcp();
        Needs.Lab();

        await using Child child = await StartAsync(asOrdinaryUser: false, [.. s_short, "--dashboard"]);
        (await child.ReadLineAsync()).Should().Contain("Then the download starts");
        var page = new Uri(await child.ReadLineAsync());
        using var browser = new HttpClient();
        Task<string> next = child.ReadLineAsync();
        (await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(1)))).Should().NotBe(next, "nobody has opened the page");
        (await browser.GetStringAsync(page)).Should().Contain("<h1>Connections</h1>");

        (await next).Should().StartWith("Multipath TCP: 6 MB");
        while (!(await child.ReadLineAsync()).StartsWith("TCP: 6 MB", StringComparison.Ordinal))
            continue;

        (await browser.GetStringAsync(page)).Should().Contain("<h1>Connections</h1>");
        (await child.ExitAsync()).ShouldSucceed();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_interrupted_comparison_leaves_no_process(bool asOrdinaryUser)
    {
        Needs.Mptcp();
        Needs.Lab();
        string mark = Guid.NewGuid().ToString();

        await using Child child = await StartAsync(asOrdinaryUser, ["--outage", "60"], new() { ["FAILOVER_TEST"] = mark });
        while (await child.Output.ReadLineAsync() is { } line && !line.Contains("wifi is cut", StringComparison.Ordinal))
            continue;

        IsAnyMarked(mark).Should().BeTrue("it is running");
        await Child.RunAsync("kill", ["-INT", child.Id.ToString(CultureInfo.InvariantCulture)]);
        Child.Result result = await child.ExitAsync();

        result.ExitCode.Should().Be(Cancelled);
        result.Error.Should().Be($"Cancelled.{Environment.NewLine}");
        IsAnyMarked(mark).Should().BeFalse();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_restart_in_a_user_namespace_is_not_repeated_for_ever()
    {
        Needs.Lab();

        await using Child child = await StartAsync(asOrdinaryUser: true, s_short, new() { ["MPTCP_LAB_RESTARTED"] = "1" });
        Child.Result result = await child.ExitAsync();

        result.ExitCode.Should().Be(CannotRunHere);
        result.Error.Should().Contain("network namespaces");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_system_without_MPTCP_gets_the_missing_requirement()
    {
        Needs.Lab();

        await using Child child = await StartAsync(asOrdinaryUser: false, s_short, new() { ["MPTCP_SOCKETS_DISABLED"] = "1" });
        Child.Result result = await child.ExitAsync();

        result.ExitCode.Should().Be(CannotRunHere);
        result.Error.Should().Contain("MPTCP_SOCKETS_DISABLED");
        result.Output.Should().BeEmpty();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("--no-such-option")]
    [InlineData("http://127.0.0.1/")]
    [InlineData("--megabytes")]
    [InlineData("--megabytes", "0")]
    [InlineData("--megabytes", "1e3")]
    [InlineData("--outage", "-1")]
    [InlineData("--outage", "99999999999")]
    public async Task Bad_arguments_have_another_exit_code_than_failures(params string[] arguments)
    {
        await using Child child = await StartAsync(asOrdinaryUser: false, arguments);
        Child.Result result = await child.ExitAsync();

        result.ExitCode.Should().Be(BadArguments);
        result.Error.Should().Contain(arguments[0]).And.Contain("--help");
        result.Output.Should().BeEmpty();
    }

    static async Task<Child> StartAsync(bool asOrdinaryUser, string[] arguments, Dictionary<string, string>? environment = null)
    {
        string[] command = [.. asOrdinaryUser ? await OrdinaryUserAsync() : [], "dotnet", Repository.Assembly("samples/Failover"), .. arguments];
        return Child.Start(command[0], command[1..], environment);
    }

    /// <summary>Returns a launcher that removes all privileges, but lets the program read the files of this user.</summary>
    static async Task<string[]> OrdinaryUserAsync()
    {
        string unshare = Needs.Program("unshare", "util-linux");
        string[] command = [unshare, "--user", "--map-user=65534", "--map-group=65534"];
        Child.Result probe = await Child.RunAsync(unshare, [.. command[1..], unshare, "--user", "--map-root-user", "true"]);
        if (probe.ExitCode != 0)
            Needs.Lacks($"user namespaces for everybody ({probe.Error.Trim()}).");

        return command;
    }

    static bool IsAnyMarked(string mark) => Directory.EnumerateDirectories("/proc").Any(process =>
    {
        try
        {
            return int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out _)
                && File.ReadAllText(Path.Combine(process, "environ")).Contains(mark, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // the process has ended, or belongs to another user
        }
    });
}
