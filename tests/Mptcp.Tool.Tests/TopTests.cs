using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary><c>mptcp top</c>, controlled by keys and seen on the screen.</summary>
public class TopTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(140)]
    public async Task Top_shows_paths_at_any_width_and_leaves_the_terminal_clean(int width)
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, width, 24, "top");

        string screen = await terminal.ShowsAsync("INTERFACE", "CONNECTION", Token(connection), $"    {hosts.FirstLink.Name}", $"    {hosts.SecondLink.Name}");
        screen.Contains("PROCESS").Should().Be(width > 100);

        await terminal.SendAsync("q");
        (await terminal.ShowsAsync("before", "exit 0")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCount(2);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Interruption_leaves_the_terminal_clean()
    {
        using var hosts = TwoHosts.WithOneLink();
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, 80, 24, "top");
        await terminal.ShowsAsync("No MPTCP connections.");
        await terminal.SendAsync("C-c");
        string screen = await terminal.ShowsAsync("before", "exit 130");
        screen.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().HaveCountLessThan(4, "there is no stack trace");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Keys_filter_sort_and_look_into_a_connection()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection first = await hosts.ConnectAsync(), second = await hosts.ConnectAsync();
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, 100, 30, "top");
        await terminal.ShowsAsync(Token(first), Token(second), "sort: rate");

        await terminal.SendAsync("s");
        await terminal.ShowsAsync("sort: rtt");

        await terminal.SendAsync("/", Token(first), "Enter");
        string filtered = await terminal.ShowsAsync($"filter {Token(first)}");
        filtered.Should().NotContain($"  {Token(second)}");

        await terminal.SendAsync("Down", "Enter");
        await terminal.ShowsAsync($"{first.Client.LocalEndPoint} → {first.Client.RemoteEndPoint}", "extra paths");
        await terminal.SendAsync("BSpace");
        await terminal.ShowsAsync("INTERFACE");
        await terminal.SendAsync("x");
        await terminal.ShowsAsync("Select a path first");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_key_makes_the_endpoint_of_a_path_a_backup()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        string address = $"{hosts.SecondLink.GetAddress(hosts.Client)}";
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, 100, 24, "top");
        await terminal.ShowsAsync(Token(connection));

        await SelectAsync(terminal, hosts.SecondLink.Name);
        await terminal.SendAsync("b");
        await terminal.ShowsAsync("is a backup now");
        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Split('\n').Should().Contain(line => line.Contains(address) && line.Contains("backup"));

        await terminal.SendAsync("x");
        await terminal.ShowsAsync("Close this path? y/n");
        await terminal.SendAsync("y");
        await terminal.ShowsAsync("The kernel manages this path. To close it, and such paths of all connections, remove endpoint");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_look_into_a_connection_names_the_path_that_has_just_failed()
    {
        using TwoHosts hosts = TwoHosts.WithFaults(null, null);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, 140, 40, "top");
        await terminal.ShowsAsync(Token(connection));
        await terminal.SendAsync("Down", "Enter");
        await terminal.ShowsAsync("Why only one path?", "no endpoint for it");

        hosts.SecondLink.ResetTcp();
        string address = $"{hosts.SecondLink.GetAddress(hosts.Client)}";
        hosts.Client.Execute("ip", "mptcp", "endpoint", "add", address, "dev", hosts.SecondLink.Name, "subflow");

        await terminal.ShowsAsync($"A reset has ended the path from {address}:", "docs/doctor.md#path-rejected");

        // A busy host has more events than the view keeps.
        var others = new List<Connection>();
        try
        {
            for (int i = 0; i < 26; i++)
                others.Add(await hosts.ConnectAsync(joined: 0));

            await terminal.ShowsAsync(Token(others[^1]), $"A reset has ended the path from {address}:");
        }
        finally
        {
            others.ForEach(other => other.Dispose());
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_key_closes_a_path_if_a_program_manages_the_paths()
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Client.SetSysctl("net.mptcp.pm_type", "1");
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        string token = Token(connection);
        hosts.Server.SetLimits(4, 4);
        hosts.Client.Run(() =>
        {
            using var manager = Netlink.MptcpUserspacePathManager.Open();
            manager.CreateSubflow(connection.Client.GetMptcpInfo().Token, 9, hosts.SecondLink.GetAddress(hosts.Client), (System.Net.IPEndPoint)connection.Client.RemoteEndPoint!);
        });
        await using Tmux terminal = await Tmux.StartAsync(hosts.Client, 100, 24, "top");
        await terminal.ShowsAsync(token, $"    {hosts.SecondLink.Name}");
        await SelectAsync(terminal, hosts.SecondLink.Name);
        await terminal.SendAsync("x", "y");
        await terminal.ShowsAsync("The path is closed.");
        await Eventually.TrueAsync(() => connection.Client.GetMptcpSubflows().Length == 1, "one path is left");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Top_without_a_terminal_names_the_alternative()
    {
        using var one = new OneHost();
        Child.Result result = await ToolProcess.RunAsync(one.Host, "top");
        result.ExitCode.Should().Be(ExitCode.BadArguments);
        result.Error.Should().Contain("'mptcp connections --watch'");
    }

    /// <summary>Goes down to a row. Each key is seen to work before the next: one too many would go past it.</summary>
    static async Task SelectAsync(Tmux terminal, string name)
    {
        string? selected = null;
        while (selected != name)
        {
            string? before = selected;
            await terminal.SendAsync("Down");
            await Eventually.TrueAsync(async () => (selected = Selected(await terminal.ReadAsync())) is not null && selected != before, $"the row below {before ?? "none"} is selected");
        }

        static string? Selected(string screen) => screen.Split('\n').FirstOrDefault(line => line.StartsWith('>'))?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
    }

    static string Token(Connection connection) => $"{connection.Client.GetMptcpInfo().Token:x8}";
}
