using System.Net;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>A program with a configuration file that listens on an address that no other test uses.</summary>
sealed class ServerProgram : IAsyncDisposable
{
    readonly TemporaryDirectory _directory = new();
    Child? _process;

    /// <summary>Starts nginx with these servers, and waits until it listens.</summary>
    internal static Task<ServerProgram> StartNginxAsync(IPEndPoint endPoint, string server) => StartAsync(
        endPoint, Needs.Program("nginx", "nginx-light"), (file, directory) => ["-c", file, "-e", directory.File("error.log")],
        directory =>
            $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            pid {{directory.File("nginx.pid")}};
            events {
            }
            http {
                access_log off;
                client_body_temp_path {{directory.File("body")}};
                proxy_temp_path {{directory.File("proxy")}};
                fastcgi_temp_path {{directory.File("fastcgi")}};
                uwsgi_temp_path {{directory.File("uwsgi")}};
                scgi_temp_path {{directory.File("scgi")}};
                server {
                    listen {{endPoint}} {{server}}
                }
            }
            """);

    /// <summary>Starts HAProxy with these sections, and waits until it listens.</summary>
    internal static Task<ServerProgram> StartHaproxyAsync(IPEndPoint endPoint, string sections) => StartAsync(
        endPoint, Needs.Program("haproxy", "haproxy"), (file, _) => ["-db", "-f", file],
        _ =>
            $"""
            defaults
                mode http
                timeout connect 10s
                timeout client 60s
                timeout server 60s
            {sections}

            """);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();

        _directory.Dispose();
    }

    static async Task<ServerProgram> StartAsync(IPEndPoint endPoint, string program, Func<string, TemporaryDirectory, string[]> arguments, Func<TemporaryDirectory, string> configuration)
    {
        var server = new ServerProgram();
        try
        {
            string file = server._directory.File("configuration");
            await File.WriteAllTextAsync(file, configuration(server._directory));
            server._process = Child.Start(program, arguments(file, server._directory));
            await Eventually.TrueAsync(() => !Peers.IsRefused(endPoint), $"{program} listens");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
