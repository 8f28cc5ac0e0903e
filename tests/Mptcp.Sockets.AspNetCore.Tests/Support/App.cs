using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Tests.Support;

/// <summary>A web application that answers each request with its protocol, and clients for it.</summary>
sealed class App : IAsyncDisposable
{
    readonly WebApplication _application;

    App(WebApplication application, CollectedLogs logs)
    {
        _application = application;
        Logs = logs;
        Uri = new Uri(application.Urls.First());
    }

    internal CollectedLogs Logs { get; }

    internal IServiceProvider Services => _application.Services;

    internal ICollection<string> Urls => _application.Urls;

    /// <summary>The first address on which it listened. During a reload of that endpoint, Kestrel lists none.</summary>
    internal Uri Uri { get; }

    internal static Task<App> StartAsync(Action<WebApplicationBuilder> configure, Action<WebApplication>? use = null) =>
        StartAsync(WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory }), configure, use);

    internal static async Task<App> StartAsync(WebApplicationBuilder builder, Action<WebApplicationBuilder> configure, Action<WebApplication>? use = null)
    {
        var logs = new CollectedLogs();
        builder.Services.AddSingleton<ILoggerFactory>(logs);
        configure(builder);
        WebApplication application = builder.Build();
        use?.Invoke(application);
        application.MapFallback(context => context.Response.WriteAsync($"{context.GetMptcpState()}"));
        try
        {
            await application.StartAsync();
            return new App(application, logs);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns the protocol of a request over MPTCP or TCP, as the application reports it.</summary>
    internal async Task<MptcpState> AskAsync(Uri? uri = null, bool isMptcp = true)
    {
        using HttpClient client = Client(isMptcp);
        return Enum.Parse<MptcpState>(await client.GetStringAsync(uri ?? Uri));
    }

    internal static HttpClient Client(bool isMptcp = true)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = Certificates.TrustLoopback() };
        return new HttpClient(isMptcp ? handler.UseMptcp(new MptcpConnectOptions { Mode = MptcpMode.Required, TcpFallbackDelay = Timeout.InfiniteTimeSpan }) : handler);
    }

    /// <summary>Changes the configuration, and notifies Kestrel.</summary>
    internal void Reload(params (string Key, string? Value)[] settings)
    {
        foreach ((string key, string? value) in settings)
            _application.Configuration[key] = value;

        ((IConfigurationRoot)_application.Configuration).Reload();
    }

    internal int CountLogs(string name) => Logs.Entries.Count(entry => entry.Name == name);

    internal string Log(string name) => Logs.Entries.Single(entry => entry.Name == name).Text;

    internal Task StopAsync() => _application.StopAsync();

    /// <summary>Returns a port that is free on the loopback addresses, and that no other test gets.</summary>
    internal static int FreePort()
    {
        while (true)
        {
            int port = Peers.Refusing().Port;
            try
            {
                if (Socket.OSSupportsIPv6)
                    Peers.HoldPort(new IPEndPoint(IPAddress.IPv6Loopback, port));

                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another program has the port for the other family. Try another port.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }
}
