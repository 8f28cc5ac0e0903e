using System.Net;
using Npgsql;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>A PostgreSQL server in a temporary directory, on loopback.</summary>
sealed class Postgres : IAsyncDisposable
{
    const string Nobody = "nobody"; // PostgreSQL refuses to run as root

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-tests-postgres-");
    readonly IPEndPoint _endPoint = Peers.Refusing(IPAddress.Parse("127.0.0.54")); // nobody else's, as nginx's
    Child? _server;

    internal IPEndPoint EndPoint => _endPoint;

    internal static async Task<Postgres> StartAsync()
    {
        string programs = FindPrograms();
        var postgres = new Postgres();
        try
        {
            await postgres.StartAsync(programs);
            return postgres;
        }
        catch
        {
            await postgres.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a new connection to it, or to a gateway in front of it.</summary>
    internal static async Task<NpgsqlConnection> ConnectAsync(IPEndPoint endPoint)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = endPoint.Address.ToString(),
            Port = endPoint.Port,
            Username = "postgres",
            Pooling = false,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = (int)Limit.OfAWait.TotalSeconds,
            CommandTimeout = (int)Limit.OfAWait.TotalSeconds,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();

        _directory.Delete(recursive: true);
    }

    async Task StartAsync(string programs)
    {
        string[] user = Environment.IsPrivilegedProcess ? [Needs.Program("setpriv", "util-linux"), $"--reuid={Nobody}", "--regid=nogroup", "--clear-groups"] : [];
        if (user.Length > 0)
        {
            if ((await Child.RunAsync(user[0], [.. user[1..], "true"])).ExitCode != 0)
                Needs.Lacks($"to become the user {Nobody}, which PostgreSQL needs where it is not to be root.");

            (await Child.RunAsync("chown", [Nobody, _directory.FullName])).ShouldSucceed();
        }

        string data = Path.Combine(_directory.FullName, "data");
        string[] initialize = [.. user, Path.Combine(programs, "initdb"), "--auth=trust", "--username=postgres", "--no-sync", "--no-locale", "--encoding=UTF8", "-D", data];
        string[] serve = [.. user, Path.Combine(programs, "postgres"), "-D", data, "-k", _directory.FullName, "-h", $"{_endPoint.Address}", "-p", $"{_endPoint.Port}", "-F"];
        (await Child.RunAsync(initialize[0], initialize[1..])).ShouldSucceed();
        _server = Child.Start(serve[0], serve[1..]);
        for (int attempt = 0; !await AnswersAsync(); attempt++)
        {
            if (attempt == 600)
                Assert.Fail($"PostgreSQL does not answer: {(await _server.ExitAsync()).Error}");

            await Task.Delay(50);
        }
    }

    async Task<bool> AnswersAsync()
    {
        try
        {
            await using NpgsqlConnection connection = await ConnectAsync(_endPoint);
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // not yet
        }
    }

    /// <summary>Debian installs them in a directory that is not in the PATH.</summary>
    static string FindPrograms()
    {
        const string root = "/usr/lib/postgresql";
        string? found = Directory.Exists(root)
            ? Directory.EnumerateDirectories(root).Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
            : null;
        return found ?? Path.GetDirectoryName(Needs.Program("initdb", "postgresql"))!;
    }
}
