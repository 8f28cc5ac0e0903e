using Reliability.Conductor;
using Reliability.Roles;

namespace Reliability.Chaos;

/// <summary>The server, the gateway and the services of the client, each of which can be killed and is started again.</summary>
sealed class Programs : IAsyncDisposable
{
    internal const int GatewayPort = 4000;

    readonly Hosts _hosts;
    readonly Report _report;
    readonly List<(DateTimeOffset From, DateTimeOffset To)> _killed = [];
    HostProcess _server;
    HostProcess _gateway;
    HostProcess _services;

    Programs(Hosts hosts, Report report, HostProcess server, HostProcess gateway, HostProcess services)
    {
        (_hosts, _report) = (hosts, report);
        (_server, _gateway, _services) = (server, gateway, services);
    }

    /// <summary>Gets when the server or the gateway was killed, and when it ran again.</summary>
    internal IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Killed => _killed;

    internal static async Task<Programs> StartAsync(Hosts hosts, Report report) =>
        new(hosts, report, await StartServerAsync(hosts), await StartGatewayAsync(hosts), await StartServicesAsync(hosts));

    internal Task<Func<Task>> KillServerAsync() => KillAsync(_server, async () => _server = await StartServerAsync(_hosts));

    internal Task<Func<Task>> KillGatewayAsync() => KillAsync(_gateway, async () => _gateway = await StartGatewayAsync(_hosts));

    internal async Task<Func<Task>> KillServicesAsync()
    {
        await using (_services)
            await _services.SignalAsync("KILL");

        return async () => _services = await StartServicesAsync(_hosts);
    }

    internal async Task<Func<Task>> StopServicesAsync()
    {
        await EndServicesAsync();
        return async () => _services = await StartServicesAsync(_hosts);
    }

    /// <summary>Ends all, as an administrator does.</summary>
    internal async Task EndAsync()
    {
        if (await _gateway.SignalAsync("TERM") is not 0 and var code)
            _report.Fail($"The gateway ended with {code}.");

        await EndServicesAsync();
        if (await _server.EndAsync() is not 0 and var its)
            _report.Fail($"The server ended with {its}.");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _gateway.DisposeAsync();
        await _services.DisposeAsync();
    }

    static Task<HostProcess> StartServerAsync(Hosts hosts) => HostProcess.StartRoleAsync(hosts.Server, "echo");

    static Task<HostProcess> StartGatewayAsync(Hosts hosts) =>
        HostProcess.StartToolAsync(
            hosts.Client, "listening on", "gateway", $"tcp@127.0.0.1:{GatewayPort}", $"mptcp@{hosts.Addresses[0]}:{LoadPlan.EchoPort}", "--drain", "5", "--set", "IdleTimeout=00:00:30");

    static Task<HostProcess> StartServicesAsync(Hosts hosts) => HostProcess.StartRoleAsync(hosts.Client, "services");

    async Task<Func<Task>> KillAsync(HostProcess process, Func<Task> startAsync)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await using (process)
            await process.SignalAsync("KILL");

        return async () =>
        {
            await startAsync();
            _killed.Add((from, DateTimeOffset.UtcNow));
        };
    }

    async Task EndServicesAsync()
    {
        await using (_services)
        {
            if (await _services.EndAsync() is not 0 and var code)
                _report.Fail($"The services ended with {code}: {string.Join('\n', _services.Lines.TakeLast(5))}");
        }
    }
}
