using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

public partial class DashboardTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_link_opens_the_pages_and_without_its_token_they_stay_closed()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await using Child dashboard = ToolProcess.Start(hosts.Client, "dashboard", "--json");
        var link = new Uri(JsonDocument.Parse(await dashboard.ReadLineAsync()).RootElement.Text("url")!);
        using var client = new HttpClient(hosts.Client.UseFor(new SocketsHttpHandler()));
        using var stranger = new HttpClient(hosts.Client.UseFor(new SocketsHttpHandler()));

        link.Host.Should().Be("127.0.0.1");
        (await client.GetStringAsync(link)).Should().Contain("MPTCP connections");
        (await client.GetStringAsync(new Uri(link, "connections"))).Should().Contain($"{connection.Client.GetMptcpInfo().Token:x8}");
        foreach (string address in (string[])["connections", "?t=0123456789abcdef0123456789abcdef"])
        {
            using HttpResponseMessage response = await stranger.GetAsync(new Uri(link, address));
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_browser_gets_a_file_of_the_user_so_that_its_command_line_has_no_token()
    {
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        string browser = directory.File("xdg-open"), opened = directory.File("opened");
        await File.WriteAllTextAsync(browser, $"#!/bin/sh\n{{ echo \"$*\"; stat -c %a \"$1\"; cat \"$1\"; }} > {opened}.part\nmv {opened}.part {opened}\n");
        File.SetUnixFileMode(browser, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string> { ["HOME"] = directory.File(""), ["PATH"] = $"{directory.File("")}:{Environment.GetEnvironmentVariable("PATH")}" };
        await using Child dashboard = one.Host.Run(() => Child.Start("dotnet", ToolProcess.Command("dashboard", "--json", "--open")[1..], environment));
        string link = JsonDocument.Parse(await dashboard.ReadLineAsync()).RootElement.Text("url")!;

        await Eventually.TrueAsync(() => File.Exists(opened), "the browser is opened");
        string[] lines = await File.ReadAllLinesAsync(opened);
        lines[0].Should().StartWith(directory.File("mptcp-dashboard-")).And.NotContain(link.Split("t=")[1]);
        lines[1].Should().Be("600");
        lines[2].Should().Contain($"url={link}\"");

        (await Child.RunAsync("sh", ["-c", $"kill -INT {dashboard.Id}"])).ShouldSucceed();
        await dashboard.EndAsync();
        File.Exists(lines[0]).Should().BeFalse("it is deleted when the program ends");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_confirmation_stays_valid_while_another_dashboard_asks_the_same_browser_for_one()
    {
        using var one = new OneHost();
        var cookies = new CookieContainer(); // as those of a browser, which do not know ports
        using var client = new HttpClient(one.Host.UseFor(new SocketsHttpHandler { CookieContainer = cookies }));
        await using Child first = ToolProcess.Start(one.Host, "dashboard", "--json", "--allow-changes"), second = ToolProcess.Start(one.Host, "dashboard", "--json", "--allow-changes");
        Uri confirmation = await EnterAsync(first);
        string form = await client.GetStringAsync(confirmation);

        await client.GetStringAsync(await EnterAsync(second));

        string[] names = [.. cookies.GetAllCookies().Select(cookie => cookie.Name).Where(name => name.StartsWith("mptcp-dashboard-antiforgery-", StringComparison.Ordinal))];
        names.Should().HaveCount(2).And.OnlyHaveUniqueItems();
        using var confirmed = new FormUrlEncodedContent(Fields().Matches(form).Select(field => KeyValuePair.Create(field.Groups[1].Value, field.Groups[2].Value)));
        using HttpResponseMessage answer = await client.PostAsync(confirmation, confirmed);
        (await answer.Content.ReadAsStringAsync()).Should().NotContain("too old").And.Contain("endpoint");

        async Task<Uri> EnterAsync(Child dashboard)
        {
            var link = new Uri(JsonDocument.Parse(await dashboard.ReadLineAsync()).RootElement.Text("url")!);
            await client.GetStringAsync(link);
            return new Uri(link, "change?do=remove&id=200");
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("https://127.0.0.1:1")]
    [InlineData("127.0.0.1:8080")]
    [InlineData("http://127.0.0.1/path")]
    public async Task An_address_that_is_not_one_of_http_is_refused(string url)
    {
        using var one = new OneHost();

        Child.Result result = await ToolProcess.RunAsync(one.Host, "dashboard", "--url", url);

        result.ExitCode.Should().Be(ExitCode.BadArguments);
        result.Error.Should().Contain("is not an address to listen on");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Other_commands_do_not_load_ASP_NET_Core()
    {
        using var one = new OneHost();
        await using Child monitor = ToolProcess.Start(one.Host, "monitor");
        await Eventually.TrueAsync(() => Maps(monitor).Contains("Mptcp.Netlink.dll", StringComparison.Ordinal), "the command runs");

        await using Child gateway = ToolProcess.Start(one.Host, "gateway", "127.0.0.1:4000", "127.0.0.1:1");
        await gateway.ReadLineAsync(); // listening

        Maps(monitor).Should().NotContain("Microsoft.AspNetCore").And.NotContain("Mptcp.Dashboard.dll");
        Maps(gateway).Should().NotContain("Kestrel").And.NotContain("Mptcp.Dashboard.dll", "it has no dashboard");

        static string Maps(Child command) => File.ReadAllText($"/proc/{command.Id}/maps");
    }

    [GeneratedRegex("""<input type="hidden" name="([^"]*)" value="([^"]*)">""")]
    private static partial Regex Fields();
}
