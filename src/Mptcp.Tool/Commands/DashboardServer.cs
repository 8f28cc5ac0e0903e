using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Relays;
using Mptcp.Tool.Json;

namespace Mptcp.Tool.Commands;

/// <summary>Serves the pages of Mptcp.Dashboard to everybody who has the link, which it prints.</summary>
sealed class DashboardServer : IAsyncDisposable
{
    readonly WebApplication _application;
    FileStream? _page;

    DashboardServer(WebApplication application) => _application = application;

    /// <param name="call">The call of the command.</param>
    /// <param name="url">Where to listen.</param>
    /// <param name="options">The further options of the command.</param>
    /// <param name="relays">The relayed connections of the gateway in this process; null without a gateway.</param>
    internal static async Task<DashboardServer> StartAsync(Call call, Uri url, DashboardOptions options, IRelayList? relays = null)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var server = new DashboardServer(Build(call, url, token, call.Get(options.AllowChanges), relays));
        try
        {
            await server._application.StartAsync(call.Interruption);
            string link = $"{server._application.Urls.First().TrimEnd('/')}/?t={token}";
            if (call.Terminal.IsJson)
                call.Terminal.Object(new DashboardLine(link), ToolJson.Default.DashboardLine);
            else
                call.Terminal.Line($"The dashboard is at {link}");

            call.Terminal.Flush();
            server._page = call.Get(options.Open) ? Open(call, link) : null;
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    internal Task WaitForShutdownAsync(CancellationToken interruption) => _application.WaitForShutdownAsync(interruption);

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
            await _page.DisposeAsync();

        await _application.DisposeAsync();
    }

    static WebApplication Build(Call call, Uri url, string token, bool allowsChanges, IRelayList? relays)
    {
        // The empty builder reads no file and no environment, so that no other setting decides where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(url.AbsoluteUri);
        builder.Logging.AddProvider(new TerminalLog(call.Terminal, LogLevel.Warning)).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // antiforgery makes a key at the start, which nothing here uses
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        // Several dashboards of one host, or behind one proxy, would replace each other's cookie. The access cookie is named by its token.
        builder.Services.AddAntiforgery(options => options.Cookie.Name = $"mptcp-dashboard-antiforgery-{RandomNumberGenerator.GetHexString(8)}");
        builder.Services.AddMptcpDashboard(options => (options.AccessToken, options.AllowChanges) = (token, allowsChanges));
        if (relays is not null)
            builder.Services.AddSingleton(relays);

        WebApplication application = builder.Build();
        application.MapMptcpDashboard("/");
        return application;
    }

    /// <summary>
    /// Opens a file that leads to the link, and returns it; it is deleted when it is closed. Every user of the host can read the command
    /// line of a browser, and so the token in a link. The file is in the home directory, because a browser in a sandbox often cannot read
    /// others.
    /// </summary>
    static FileStream? Open(Call call, string link)
    {
        FileStream? page = null;
        try
        {
            string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
            page = new FileStream(Path.Combine(home, $"mptcp-dashboard-{Guid.NewGuid():N}.html"), new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.Read,
                Options = FileOptions.DeleteOnClose,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            page.Write(Encoding.UTF8.GetBytes($"""<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={WebUtility.HtmlEncode(link)}"><title>mptcp dashboard</title>"""));
            page.Flush();
            using Process? browser = Process.Start(new ProcessStartInfo("xdg-open", [page.Name]) { RedirectStandardError = true });
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or UnauthorizedAccessException)
        {
            call.Terminal.Line(e is System.ComponentModel.Win32Exception ? "There is no xdg-open. Open the link yourself." : $"{e.Message} Open the link yourself.");
            call.Terminal.Flush();
        }

        return page;
    }
}
