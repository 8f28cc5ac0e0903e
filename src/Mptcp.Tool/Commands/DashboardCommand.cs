using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Security.Cryptography;
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
        Description = "Where to listen. The default is http://127.0.0.1:0, with a port that is free. Everybody who gets the link can read, also over the network.",
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
        if (call.Get(_open))
            Open(call, link);

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
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>();
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

    static void Open(Call call, string link)
    {
        try
        {
            using Process? browser = Process.Start(new ProcessStartInfo("xdg-open", [link]) { RedirectStandardError = true });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            call.Terminal.Line("There is no xdg-open. Open the link yourself.");
            call.Terminal.Flush();
        }
    }
}
