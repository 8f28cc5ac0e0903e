using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mptcp.Lab;

namespace Integrations.Tests;

/// <summary>The dashboard of Grafana and the alert rules of Prometheus, with the metrics of a program on two paths. Prometheus is real; Grafana is not here.</summary>
public partial class MonitoringTests
{
    const string Dashboard = "eng/grafana/mptcp.json", Rules = "eng/prometheus/mptcp-rules.yml", RulesTest = "eng/prometheus/mptcp-rules-test.yml";

    [Fact(Timeout = Limit.OfATest)]
    public async Task Every_expression_of_the_dashboard_and_of_the_alerts_has_data_and_the_labels_of_its_legend()
    {
        using var hosts = TwoHosts.WithFaults(null, null);
        hosts.Server.SetLimits(4, 4);
        using Socket mptcp = hosts.Listen(), tcp = hosts.Server.Run(() => Peers.ListenTcp(hosts.FirstLink.GetAddress(hosts.Server)));
        await using Child program = hosts.Client.Run(() => Child.Start("dotnet", [
            Repository.Assembly("tests/Integrations.Monitored"), "--urls=http://127.0.0.1:0",
            $"--Gateway:Routes:good:Listen=tcp@127.0.0.1:7001", $"--Gateway:Routes:good:Connect=mptcp@{mptcp.EndPoint()}",
            $"--Gateway:Routes:bad:Listen=tcp@127.0.0.1:7002", $"--Gateway:Routes:bad:Connect=mptcp@{new IPEndPoint(mptcp.EndPoint().Address, 1)}"]));
        var address = new Uri(await program.ReadLineAsync());
        using var client = new HttpClient(hosts.Client.UseFor(new SocketsHttpHandler { UseProxy = false }));
        await ConnectAsync(mptcp, "Mptcp");
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") > 0, "a second path joins");
        hosts.SecondLink.ResetTcp(); // further paths fail
        await using Prometheus prometheus = await Prometheus.StartAsync(hosts.Client, address);

        List<(string Text, string[] Labels)> missing = [.. DashboardExpressions(), .. AlertExpressions().Select(text => (text, Array.Empty<string>()))];
        missing.Should().HaveCountGreaterThan(20);
        await Eventually.TrueAsync(async () =>
        {
            await ConnectAsync(mptcp, "Mptcp");
            await ConnectAsync(tcp, "FellBack");
            hosts.Client.SetSysctl("net.mptcp.enabled", "0");
            await ConnectAsync(tcp, "Tcp");
            hosts.Client.SetSysctl("net.mptcp.enabled", "1");
            await RelayAsync(hosts.Client, 7001);
            await FailAsync(hosts.Client, 7002);
            foreach ((string Text, string[] Labels) expression in missing.ToArray())
            {
                if (await prometheus.QueryAsync(expression.Text, expression.Labels) is not [])
                    missing.Remove(expression);
            }

            return missing.Count == 0;
        }, "every expression has data");

        async Task ConnectAsync(Socket listener, string expected)
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri(address, $"/connect?to={listener.EndPoint()}"), null);
            (await response.Content.ReadAsStringAsync()).Should().Be(expected);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Metrics_that_a_program_pushes_arrive_in_the_dashboard_of_Aspire()
    {
        using var one = new OneHost();
        await using Child aspire = one.Host.Run(() => Child.Start(AspireDashboard(), [], new Dictionary<string, string>
        {
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:18888",
            ["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = "http://127.0.0.1:4318",
            ["ASPIRE_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true",
            ["DASHBOARD__API__ENABLED"] = "true",
        }));
        await using Child program = one.Host.Run(() => Child.Start("dotnet", [
            Repository.Assembly("tests/Integrations.Monitored"), "--urls=http://127.0.0.1:0",
            "--Gateway:Routes:0:Listen=tcp@127.0.0.1:7001", "--Gateway:Routes:0:Connect=mptcp@127.0.0.1:1"], new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:4318",
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            ["OTEL_SERVICE_NAME"] = "pushing",
        }));
        await program.ReadLineAsync();
        using var client = new HttpClient(one.Host.UseFor(new SocketsHttpHandler { UseProxy = false }));

        await Eventually.TrueAsync(HasMetricsAsync, "the program has metrics there");

        async Task<bool> HasMetricsAsync()
        {
            try
            {
                return (await client.GetStringAsync(new Uri("http://127.0.0.1:18888/api/telemetry/resources"))).Contains("\"hasMetrics\":true", StringComparison.Ordinal);
            }
            catch (HttpRequestException)
            {
                return false; // it has not started yet
            }
        }
    }

    [Fact]
    public async Task Each_alert_fires_only_when_it_should()
    {
        string promtool = Needs.Program("promtool", "prometheus");

        (await Child.RunAsync(promtool, ["check", "rules", Repository.PathOf(Rules)])).ShouldSucceed();
        (await Child.RunAsync(promtool, ["test", "rules", Repository.PathOf(RulesTest)])).ShouldSucceed();
        string test = File.ReadAllText(Repository.PathOf(RulesTest));
        foreach (Match alert in Alert().Matches(File.ReadAllText(Repository.PathOf(Rules))))
            Regex.Count(test, $"alertname: {alert.Groups[1].Value}\\b").Should().Be(2, "{0} fires once, and once not", alert.Groups[1].Value);
    }

    [Fact]
    public void Panels_of_the_dashboard_do_not_overlap_and_use_the_data_source_that_the_reader_chooses()
    {
        JsonElement[] panels = Panels();
        var taken = new HashSet<(int, int)>();
        foreach (JsonElement panel in panels)
        {
            int[] place = [.. new[] { "x", "y", "w", "h" }.Select(name => panel.GetProperty("gridPos").GetProperty(name).GetInt32())];
            (place[0] + place[2]).Should().BeLessThanOrEqualTo(24, "that is how wide a dashboard is");
            foreach (int cell in Enumerable.Range(0, place[2] * place[3]))
                taken.Add((place[0] + cell % place[2], place[1] + cell / place[2])).Should().BeTrue("{0} has a place of its own", panel.GetProperty("title"));
        }

        panels.Select(panel => panel.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        panels.Where(panel => panel.GetProperty("type").GetString() != "row").Should().OnlyContain(panel => panel.GetProperty("datasource").GetProperty("uid").GetString() == "${datasource}");
    }

    [Fact]
    public void The_code_of_the_page_is_the_code_of_the_tested_program() =>
        Snippets.ShouldCompile("docs/monitoring.md", "tests/Integrations.Monitored/Snippets.cs").Should().Be(4);

    /// <summary>Returns the expressions of all panels, as Grafana would send them for all jobs and instances, and the labels of their legends.</summary>
    static IEnumerable<(string Text, string[] Labels)> DashboardExpressions() => Panels()
        .Where(panel => panel.TryGetProperty("targets", out _))
        .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
        .Select(target => (
            target.GetProperty("expr").GetString()!.Replace("$__rate_interval", "1m").Replace("$job", ".*").Replace("$instance", ".*"),
            Label().Matches(target.GetProperty("legendFormat").GetString()!).Select(match => match.Groups[1].Value).ToArray()));

    /// <summary>Returns what the alerts compare with a threshold.</summary>
    static IEnumerable<string> AlertExpressions() => Expression().Matches(File.ReadAllText(Repository.PathOf(Rules)))
        .Select(match => Comparison().Match(match.Groups[1].Value).Groups[1].Value.Trim());

    /// <summary>Returns the program that Integrations.AppHost would start.</summary>
    static string AspireDashboard() => Assembly.LoadFrom(Repository.Assembly("tests/Integrations.AppHost")).GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "aspiredashboardpath").Value!;

    static JsonElement[] Panels()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(Dashboard)));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Select(panel => panel.Clone())];
    }

    /// <summary>Sends data through a route of the gateway.</summary>
    static Task RelayAsync(LabHost host, int port) => host.RunAsync(async () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAllAsync(RandomNumberGenerator.GetBytes(1000));
    });

    /// <summary>Connects through a route whose server refuses. The gateway resets the client, perhaps before its connect has returned.</summary>
    static Task FailAsync(LabHost host, int port) => host.RunAsync(async () =>
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Func<Task> use = async () =>
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.ReceiveAsync(new byte[1]);
        };
        (await use.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    });

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Label();

    [GeneratedRegex("alert: (\\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"expr: (?:>-)?\s*(.*?)\n\s*for:", RegexOptions.Singleline)]
    private static partial Regex Expression();

    [GeneratedRegex(@"^(.*) [<>] [\d.]+$", RegexOptions.Singleline)]
    private static partial Regex Comparison();
}
