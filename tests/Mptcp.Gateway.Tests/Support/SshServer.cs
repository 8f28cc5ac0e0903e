using System.Net;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>OpenSSH on loopback, with keys of its own, for the user who runs the test.</summary>
sealed class SshServer : IAsyncDisposable
{
    const string HostKey = "host-key", UserKey = "user-key";

    readonly TemporaryDirectory _directory = new();
    Child? _process;

    internal IPEndPoint EndPoint { get; } = Peers.Refusing(IPAddress.Parse("127.0.0.22"));

    /// <summary>Gets the options with which ssh logs in, without a question.</summary>
    internal string[] ClientOptions =>
    [
        "-F", "none", "-i", _directory.File(UserKey), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
        "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
    ];

    internal static async Task<SshServer> StartAsync()
    {
        string program = Needs.Program("sshd", "openssh-server"), keygen = Needs.Program("ssh-keygen", "openssh-client");
        var server = new SshServer();
        try
        {
            foreach (string key in new[] { HostKey, UserKey })
                (await Child.RunAsync(keygen, ["-q", "-t", "ed25519", "-N", "", "-f", server._directory.File(key)])).ShouldSucceed();

            if (Environment.IsPrivilegedProcess)
                Directory.CreateDirectory("/run/sshd"); // where root's server confines the part that is not logged in

            await File.WriteAllTextAsync(server._directory.File("configuration"), server.Configuration);
            server._process = Child.Start(program, ["-D", "-e", "-f", server._directory.File("configuration")]);
            await Eventually.TrueAsync(() => !Peers.IsRefused(server.EndPoint), "sshd listens");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();

        _directory.Dispose();
    }

    string Configuration =>
        $"""
        ListenAddress {EndPoint}
        HostKey {_directory.File(HostKey)}
        AuthorizedKeysFile {_directory.File(UserKey)}.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no

        """;
}
