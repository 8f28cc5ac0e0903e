using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>The gateway in a host of this process, with a configuration that can change.</summary>
sealed class GatewayHost : IAsyncDisposable
{
    readonly Settings _settings = new();
    readonly IHost _host;

    GatewayHost(string[] settings)
    {
        Set(settings);
        IConfigurationRoot configuration = new ConfigurationBuilder().Add(_settings).Build();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddSingleton<ILoggerFactory>(Logs);
        builder.Services.AddMptcpGateway(configuration.GetSection("Gateway"));
        _host = builder.Build();
    }

    internal CollectedLogs Logs { get; } = new();

    internal IServiceProvider Services => _host.Services;

    internal static async Task<GatewayHost> StartAsync(params string[] settings)
    {
        var gateway = new GatewayHost(settings);
        try
        {
            await gateway._host.StartAsync();
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets a route's settings, such as <c>web:Listen=tcp@127.0.0.1:0</c>. Without a value, the setting is removed.</summary>
    internal void Set(params string[] settings)
    {
        foreach (string[] parts in settings.Select(setting => setting.Split('=', 2)))
            _settings.Change($"Gateway:Routes:{parts[0]}", parts.Length == 2 ? parts[1] : null);
    }

    internal void Reload() => _settings.Reload();

    /// <summary>Returns the address on which a route listens.</summary>
    internal IPEndPoint EndPoint(string route = "web")
    {
        string start = $"{route}: listening on ";
        string line = Logs.Entries.Select(entry => entry.Text).Last(text => text.StartsWith(start, StringComparison.Ordinal));
        return IPEndPoint.Parse(line[start.Length..].Split(' ')[0]);
    }

    /// <summary>Waits for a line of its log.</summary>
    internal async Task<string> LineAsync(string part)
    {
        await Eventually.TrueAsync(() => Find() is not null, $"the gateway says '{part}'; it said {string.Join('\n', Logs.Entries.Select(entry => entry.Text))}");
        return Find()!;

        string? Find() => Logs.Entries.Select(entry => entry.Text).FirstOrDefault(text => text.Contains(part, StringComparison.Ordinal));
    }

    internal Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        using (_host)
            await _host.StopAsync(new CancellationToken(canceled: true)); // resets what is left

        Logs.Dispose();
    }

    sealed class Settings : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        internal void Change(string key, string? value)
        {
            if (value is null)
                Data.Remove(key);
            else
                Data[key] = value;
        }

        internal void Reload() => OnReload();
    }
}
