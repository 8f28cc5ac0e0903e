using System.Net;
using System.Net.Sockets;

namespace Mptcp.Testing;

/// <summary>The web server nginx, which serves one file or passes requests on.</summary>
sealed class Nginx : IAsyncDisposable
{
    const string FileName = "content";

    // A unique address, so that no listener of a concurrent test has the port.
    static readonly IPAddress s_address = IPAddress.Parse("127.0.0.80");

    readonly TemporaryDirectory _directory = new();
    readonly IPEndPoint _endPoint;
    Child? _process;

    Nginx(IPAddress address) => _endPoint = Peers.Refusing(address);

    internal IPEndPoint EndPoint => _endPoint;

    internal Uri Uri => new($"http://{_endPoint}/{FileName}");

    /// <summary>Starts nginx behind <paramref name="launcher"/>, and waits until it listens.</summary>
    internal static Task<Nginx> StartAsync(byte[] content, params string[] launcher) => StartAsync(s_address, content, launcher);

    /// <summary>Starts nginx at an address of this network namespace.</summary>
    internal static Task<Nginx> StartAsync(IPAddress address, byte[] content, params string[] launcher) => StartAsync(address, async nginx =>
    {
        await File.WriteAllBytesAsync(nginx._directory.File(FileName), content);
        return $"root {nginx._directory.File("")};";
    }, launcher);

    /// <summary>Starts nginx as a proxy that replaces the prefix of a path, such as <c>/a/</c>, by the address of a server.</summary>
    internal static Task<Nginx> ProxyAsync(params (string Prefix, string Destination)[] servers) => StartAsync(s_address, _ => Task.FromResult(
        string.Join('\n', servers.Select(server => $"location {server.Prefix} {{ proxy_pass {server.Destination}; proxy_set_header Host $http_host; }}"))));

    static async Task<Nginx> StartAsync(IPAddress address, Func<Nginx, Task<string>> server, params string[] launcher)
    {
        string program = Needs.Program("nginx", "nginx-light");
        var nginx = new Nginx(address);
        try
        {
            await nginx.StartAsync(program, await server(nginx), launcher);
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();

        _directory.Dispose();
    }

    async Task StartAsync(string program, string server, string[] launcher)
    {
        string configuration = _directory.File("nginx.conf"), log = _directory.File("error.log");
        await File.WriteAllTextAsync(configuration, Configuration(log, server));

        string[] command = [.. launcher, program, "-c", configuration, "-e", log];
        _process = Child.Start(command[0], command[1..]);
        for (int attempt = 0; !await IsListeningAsync(); attempt++)
        {
            if (attempt == 600)
                Assert.Fail($"nginx does not listen; its log says: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "nothing")}");

            await Task.Delay(50);
        }
    }

    async Task<bool> IsListeningAsync()
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(_endPoint);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }

    // The workers of a server that root started would run as nobody, who may not read a temporary directory.
    string Configuration(string log, string server) =>
        $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        pid {{_directory.File("nginx.pid")}};
        error_log {{log}};
        events {
        }
        http {
            access_log off;
            client_body_temp_path {{_directory.File("body")}};
            proxy_temp_path {{_directory.File("proxy")}};
            fastcgi_temp_path {{_directory.File("fastcgi")}};
            uwsgi_temp_path {{_directory.File("uwsgi")}};
            scgi_temp_path {{_directory.File("scgi")}};
            sendfile on;
            server {
                listen {{_endPoint}};
                {{server}}
            }
        }
        """;
}
