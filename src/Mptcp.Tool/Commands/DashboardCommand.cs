using System.CommandLine;
using System.CommandLine.Parsing;
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
using Mptcp.Tool.Json;

namespace Mptcp.Tool.Commands;

/// <summary>Serves the pages of Mptcp.Dashboard.</summary>
sealed class DashboardCommand : ToolCommand
{
    readonly Option<Uri> _url = new("--url")
    {
        Description = "Where to listen. The default is http://127.0.0.1:0, with a port that is free. Everybody who has the link can read, even over the network.",
        HelpName = "URL",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:0"),
        CustomParser = ListenUrl,
    };

    readonly Option<bool> _open = new("--open") { Description = "Open the page in the browser." };
    readonly Option<bool> _allowChanges = new("--allow-changes") { Description = "Let the pages change paths and endpoints, after a confirmation. This needs CAP_NET_ADMIN." };

    internal DashboardCommand()
        : base("dashboard", "Show connections, paths and events live in a browser.")
    {
        foreach (Option option in (Option[])[_url, _open, _allowChanges])
            Options.Add(option);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await using WebApplication application = Build(call, token);
        await application.StartAsync(call.Interruption);
        string link = $"{application.Urls.First().TrimEnd('/')}/?t={token}";
        if (call.Terminal.IsJson)
            call.Terminal.Object(new DashboardLine(link), ToolJson.Default.DashboardLine);
        else
            call.Terminal.Line($"The dashboard is at {link}");

        call.Terminal.Flush();
        await using FileStream? page = call.Get(_open) ? Open(call, link) : null;
        await application.WaitForShutdownAsync(call.Interruption);
        return ExitCode.Done;
    }

    WebApplication Build(Call call, string token)
    {
        // The empty builder reads no file and no environment, so that no other setting decides where it listens.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseUrls(call.Get(_url)!.AbsoluteUri);
        builder.Logging.AddProvider(new TerminalLog(call.Terminal, LogLevel.Warning)).SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error); // antiforgery makes a key at the start, which nothing here uses
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
        // Several dashboards of one host, or behind one proxy, would replace each other's cookie. The access cookie is named by its token.
        builder.Services.AddAntiforgery(options => options.Cookie.Name = $"mptcp-dashboard-antiforgery-{RandomNumberGenerator.GetHexString(8)}");
        builder.Services.AddMptcpDashboard(options => (options.AccessToken, options.AllowChanges) = (token, call.Get(_allowChanges)));
        WebApplication application = builder.Build();
        application.MapMptcpDashboard("/");
        return application;
    }

    /// <summary>HTTPS needs a certificate, which a reverse proxy has. Port 0 is any free port.</summary>
    static Uri ListenUrl(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http", PathAndQuery: "/" })
            return url;

        argument.AddError($"'{text}' is not an address to listen on, such as http://127.0.0.1:8080.");
        return new Uri("http://127.0.0.1:0");
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
