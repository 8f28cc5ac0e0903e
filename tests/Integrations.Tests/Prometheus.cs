using System.Globalization;
using System.Net;
using System.Text.Json;
using Mptcp.Lab;

namespace Integrations.Tests;

/// <summary>The monitoring system Prometheus, which fetches the metrics of one program once a second.</summary>
sealed class Prometheus : IAsyncDisposable
{
    readonly TemporaryDirectory _directory = new();
    readonly HttpClient _client;
    readonly Uri _address;
    readonly string _target;
    Child? _process;

    Prometheus(LabHost host, Uri program)
    {
        _client = new HttpClient(host.UseFor(new SocketsHttpHandler { UseProxy = false }));
        (_address, _target) = (new Uri("http://127.0.0.1:9090"), program.Authority); // no other program runs on this host
    }

    /// <summary>Starts it on a host, and waits until it answers.</summary>
    internal static async Task<Prometheus> StartAsync(LabHost host, Uri program)
    {
        string path = Needs.Program("prometheus", "prometheus");
        var prometheus = new Prometheus(host, program);
        try
        {
            await prometheus.StartAsync(host, path);
            return prometheus;
        }
        catch
        {
            await prometheus.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the values of an expression now that have all of some labels. A division by 0 is no value.</summary>
    internal async Task<double[]> QueryAsync(string expression, params string[] labels)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(_address, $"/api/v1/query?query={Uri.EscapeDataString(expression)}"));
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        answer.RootElement.GetProperty("status").GetString().Should().Be("success", "{0}: {1}", expression, answer.RootElement);
        return
        [
            .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
                .Where(result => labels.All(label => result.GetProperty("metric").TryGetProperty(label, out _)))
                .Select(result => double.Parse(result.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))
                .Where(double.IsFinite),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();

        _client.Dispose();
        _directory.Dispose();
    }

    async Task StartAsync(LabHost host, string path)
    {
        string configuration = _directory.File("prometheus.yml"), log = _directory.File("log");
        await File.WriteAllTextAsync(configuration, $"""
            global:
              scrape_interval: 1s
            scrape_configs:
              - job_name: test
                static_configs:
                  - targets: ["{_target}"]
            """);
        string[] command = ["-c", "exec \"$@\" 2>\"$0\"", log, path, $"--config.file={configuration}", $"--storage.tsdb.path={_directory.File("data")}", $"--web.listen-address={_address.Authority}"];
        _process = host.Run(() => Child.Start("sh", command));
        await Eventually.TrueAsync(IsReadyAsync, $"Prometheus is ready; its log: {log}");
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using HttpResponseMessage response = await _client.GetAsync(new Uri(_address, "/-/ready"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
