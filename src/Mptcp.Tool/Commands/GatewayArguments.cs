using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Mptcp.Gateway;

namespace Mptcp.Tool.Commands;

/// <summary>The routes of a gateway: from a file, or from arguments, which become the same configuration.</summary>
sealed class GatewayArguments
{
    internal const string Section = "Gateway";

    readonly Argument<string[]> _addresses = new("LISTEN CONNECT")
    {
        Description = "Where to listen, and where to connect to, such as tcp@127.0.0.1:5432 mptcp@db.example:5432. Can be repeated.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    readonly Option<FileInfo?> _file = new("--config", "-c") { Description = "A JSON file with the section Gateway. SIGHUP reads it again.", HelpName = "FILE" };
    readonly Option<string[]> _proxy = Addresses("--proxy", "Listen for clients that use a SOCKS5 or HTTP proxy. Can be repeated.");
    readonly Option<string[]> _redirect = Addresses("--redirect", "Listen for connections that nftables redirects. Can be repeated.");
    readonly Option<string[]> _tproxy = Addresses("--tproxy", "Listen for connections that nftables passes with tproxy. Can be repeated.");
    readonly Option<string[]> _settings = new("--set", "-s") { Description = "A further setting of these routes, such as IdleTimeout=00:05:00. Can be repeated.", HelpName = "SETTING=VALUE" };

    internal void AddTo(Command command)
    {
        command.Arguments.Add(_addresses);
        foreach (Option option in (Option[])[_file, _proxy, _redirect, _tproxy, _settings])
            command.Options.Add(option);
    }

    internal bool HasFile(Call call) => call.Get(_file) is not null;

    /// <summary>Adds the routes to the configuration.</summary>
    internal void Apply(Call call, IConfigurationBuilder configuration)
    {
        Dictionary<string, string?>[] routes = ReadRoutes(call);
        if (call.Get(_file) is { } file)
        {
            if (routes.Length > 0 || call.Get(_settings) is { Length: > 0 })
                throw new ToolException(ExitCode.BadArguments, "The routes come from --config or from arguments, not from both.");

            AddFile(configuration, file);
            return;
        }

        if (routes.Length == 0)
            throw new ToolException(ExitCode.BadArguments, "There is no route. Name one, such as 'tcp@127.0.0.1:5432 mptcp@db.example:5432', or a file with --config.");

        configuration.AddInMemoryCollection(routes.SelectMany((route, i) => route.Select(setting => KeyValuePair.Create(
            ConfigurationPath.Combine(Section, nameof(MptcpGatewayOptions.Routes), $"route{i + 1}", setting.Key), setting.Value))));
    }

    internal static string MessageOf(Exception error) => error.InnerException is null ? error.Message : $"{error.Message} {error.GetBaseException().Message}";

    static void AddFile(IConfigurationBuilder configuration, FileInfo file)
    {
        try
        {
            configuration.AddJsonFile(file.FullName, optional: false, reloadOnChange: false);
        }
        catch (IOException e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException(
                ExitCode.Failed, $"Cannot read the configuration '{file}': the file does not exist. Name a JSON file with --config.");
        }
        catch (InvalidDataException e)
        {
            throw new ToolException(ExitCode.BadArguments, MessageOf(e));
        }
    }

    Dictionary<string, string?>[] ReadRoutes(Call call)
    {
        string[] addresses = call.Get(_addresses);
        if (addresses.Length % 2 != 0)
            throw new ToolException(ExitCode.BadArguments, $"'{addresses[^1]}' has no address to connect to: the arguments are pairs LISTEN CONNECT.");

        Dictionary<string, string?>[] routes =
        [
            .. addresses.Chunk(2).Select(pair => Route(MptcpGatewayMode.Forward, pair[0], pair[1])),
            .. Routes(call, _proxy, MptcpGatewayMode.Proxy),
            .. Routes(call, _redirect, MptcpGatewayMode.Redirect),
            .. Routes(call, _tproxy, MptcpGatewayMode.Tproxy),
        ];
        foreach (string setting in call.Get(_settings) ?? [])
        {
            string[] parts = setting.Split('=', 2);
            if (parts.Length != 2)
                throw new ToolException(ExitCode.BadArguments, $"'{setting}' is not SETTING=VALUE.");

            foreach (Dictionary<string, string?> route in routes)
                route[parts[0]] = parts[1];
        }

        return routes;
    }

    static IEnumerable<Dictionary<string, string?>> Routes(Call call, Option<string[]> option, MptcpGatewayMode mode) =>
        (call.Get(option) ?? []).Select(listen => Route(mode, listen, connect: null));

    static Dictionary<string, string?> Route(MptcpGatewayMode mode, string listen, string? connect)
    {
        Dictionary<string, string?> route = new(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(MptcpGatewayRouteOptions.Mode)] = mode.ToString(),
            [nameof(MptcpGatewayRouteOptions.Listen)] = listen,
        };
        if (connect is not null)
            route[nameof(MptcpGatewayRouteOptions.Connect)] = connect;

        return route;
    }

    static Option<string[]> Addresses(string name, string description) => new(name) { Description = description, HelpName = "ADDRESS" };
}
