using System.Net;

namespace Integrations.Tests;

/// <summary>RabbitMQ in a temporary directory, and the port mapper that Erlang would otherwise leave behind.</summary>
sealed class RabbitMqBroker : IAsyncDisposable
{
    readonly TemporaryDirectory _directory = new();
    ServerProgram? _mapper, _broker;

    internal IPEndPoint EndPoint => _broker!.EndPoint;

    internal static async Task<RabbitMqBroker> StartAsync()
    {
        var broker = new RabbitMqBroker();
        try
        {
            await broker.StartProgramsAsync();
            return broker;
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    internal async Task RestartAsync()
    {
        await _broker!.StopAsync();
        await _broker.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ServerProgram? program in new[] { _broker, _mapper })
        {
            if (program is not null)
                await program.DisposeAsync();
        }

        _directory.Dispose();
    }

    async Task StartProgramsAsync()
    {
        Needs.Program("rabbitmq-server", "rabbitmq-server");
        const string server = "/usr/lib/rabbitmq/bin/rabbitmq-server"; // the one in the PATH is for the user rabbitmq
        await File.WriteAllTextAsync(_directory.File("plugins"), "[].");
        _mapper = await ServerProgram.StartAsync(at => [Needs.Program("epmd", "erlang-base"), "-address", $"{at.Address}", "-port", $"{at.Port}"]);
        var environment = new Dictionary<string, string>
        {
            ["HOME"] = _directory.File(""),
            ["ERL_EPMD_PORT"] = $"{_mapper.EndPoint.Port}",
            ["RABBITMQ_NODENAME"] = "test@localhost",
            ["RABBITMQ_DIST_PORT"] = $"{Peers.Refusing().Port}",
            ["RABBITMQ_MNESIA_BASE"] = _directory.File("data"),
            ["RABBITMQ_LOG_BASE"] = _directory.File("log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = _directory.File("plugins"),
            ["RABBITMQ_CONFIG_FILE"] = _directory.File("rabbitmq"),
            ["RABBITMQ_CONF_ENV_FILE"] = _directory.File("environment"),
        };
        _broker = await ServerProgram.StartAsync(
            at =>
            {
                environment["RABBITMQ_NODE_IP_ADDRESS"] = $"{at.Address}";
                environment["RABBITMQ_NODE_PORT"] = $"{at.Port}";
                return [Needs.Program("mptcpize", "mptcpize"), "run", server];
            },
            environment: environment);
    }
}
