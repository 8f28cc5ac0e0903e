using System.CommandLine;
using System.CommandLine.Parsing;

namespace Mptcp.Tool.Commands;

/// <summary>The options of a dashboard, the same for each command that serves one.</summary>
sealed class DashboardOptions
{
    internal static readonly Uri DefaultUrl = new("http://127.0.0.1:0");

    internal Option<bool> Open { get; } = new("--open") { Description = "Open the page in the browser." };

    internal Option<bool> AllowChanges { get; } = new("--allow-changes")
    {
        Description = "Let the pages change paths and endpoints, after a confirmation. This needs CAP_NET_ADMIN.",
    };

    /// <summary>Reads where to listen. HTTPS needs a certificate, which a reverse proxy has. Port 0 is any free port.</summary>
    internal static Uri ListenUrl(ArgumentResult argument)
    {
        if (argument.Tokens.Count == 0)
            return DefaultUrl;

        string text = argument.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url is { Scheme: "http", PathAndQuery: "/" })
            return url;

        argument.AddError($"'{text}' is not an address to listen on, such as http://127.0.0.1:8080.");
        return DefaultUrl;
    }
}
