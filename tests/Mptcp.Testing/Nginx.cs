using System.Net;
using System.Net.Sockets;

namespace Mptcp.Testing;

/// <summary>The web server nginx, which serves one file.</summary>
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
    internal static async Task<Nginx> StartAsync(IPAddress address, byte[] content, params string[] launcher)
    {
        string program = Needs.Program("nginx", "nginx-light");
        var nginx = new Nginx(address);
        try
        {
            await nginx.StartAsync(program, content, launcher);
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

    async Task StartAsync(string program, byte[] content, string[] launcher)
    {
        string configuration = _directory.File("nginx.conf"), log = _directory.File("error.log");
        await File.WriteAllBytesAsync(_directory.File(FileName), content);
        await File.WriteAllTextAsync(configuration, Configuration(log));

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
    string Configuration(string log) =>
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
                root {{_directory.File("")}};
            }
        }
        """;
}
