using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mptcp.Sockets;
using Mptcp.Tool.Running;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

public class RunAndGetTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task An_unchanged_program_uses_mptcp()
    {
        Needs.Program("mptcpize", "mptcpize");
        const string prints = "import socket; print(socket.socket().getsockopt(socket.SOL_SOCKET, 38))";
        using var one = new OneHost();
        (await ToolProcess.RunAsync(one.Host, "run", "--", Needs.Python(), "-c", prints)).ShouldSucceed().Output.Should().Be("262\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Run_passes_the_exit_code_the_signals_and_the_arguments()
    {
        Needs.Program("mptcpize", "mptcpize");
        using var one = new OneHost();
        Child.Result result = await ToolProcess.RunAsync(one.Host, "run", "--", "sh", "-c", "echo \"$1\"; exit 42", "sh", "--json a");
        result.Should().BeEquivalentTo(new { ExitCode = 42, Output = "--json a\n" });
        (await ToolProcess.RunAsync(one.Host, "run", "--", "sh", "-c", "kill -PIPE $$")).ExitCode.Should().Be(128 + 13, "SIGPIPE is not ignored");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_that_cannot_use_MPTCP_is_refused()
    {
        using var one = new OneHost();
        Child.Result missing = await ToolProcess.RunAsync(one.Host, "run", "--", "no-such-program");
        missing.ExitCode.Should().Be(ExitCode.Failed);
        missing.Error.Should().Contain("the program does not exist");

        using var directory = new TemporaryDirectory();
        Child.Result linked = await ToolProcess.RunAsync(one.Host, "run", "--", await CompileStaticAsync(directory));
        linked.ExitCode.Should().Be(ExitCode.Failed);
        linked.Error.Should().Contain("linked statically");
        linked.Error.Trim().Should().NotContain("\n");
    }

    [Fact]
    public async Task Kinds_of_programs_are_recognized()
    {
        using var directory = new TemporaryDirectory();
        string go = directory.File("go"), privileged = directory.File("privileged");
        byte[] elf = await File.ReadAllBytesAsync(await CompileStaticAsync(directory));
        await File.WriteAllBytesAsync(go, [.. elf, .. new byte[(16 - elf.Length % 16) % 16], 0xff, .. " Go buildinf:"u8]);
        File.Copy(go, privileged);
        File.SetUnixFileMode(privileged, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.SetUser);

        ProgramFile.KindOf(directory.File("static")).Should().Be(ProgramKind.Static);
        ProgramFile.KindOf(go).Should().Be(ProgramKind.Go);
        ProgramFile.KindOf(privileged).Should().Be(ProgramKind.Privileged);
        ProgramFile.KindOf("/bin/sh").Should().Be(ProgramKind.Dynamic);
        ProgramFile.KindOf(Repository.PathOf("README.md")).Should().Be(ProgramKind.Dynamic);
        File.SetUnixFileMode(go, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Launcher.Choose(go, ["a"]).Environment["GODEBUG"].Should().EndWith("multipathtcp=1");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred, ": Mptcp.")]
    [InlineData(MptcpMode.Disabled, ": FellBack.")]
    public async Task A_URL_is_fetched_and_the_protocol_is_shown(MptcpMode server, string says)
    {
        byte[] content = Peers.RandomBytes(1 << 20);
        using var hosts = TwoHosts.WithOneLink();
        using Socket listener = hosts.Server.Run(() => MptcpSocket.Listen(
            new System.Net.IPEndPoint(hosts.FirstLink.GetAddress(hosts.Server), 0), new MptcpListenOptions { Mode = server }));
        Task serving = ServeAsync(listener, content);
        using var directory = new TemporaryDirectory();
        string file = directory.File("fetched");

        Child.Result fetched = await ToolProcess.RunAsync(hosts.Client, "get", $"http://{listener.LocalEndPoint}/", "-o", file);
        Child.Result required = await ToolProcess.RunAsync(hosts.Client, "get", $"http://{listener.LocalEndPoint}/", "--require", "-o", directory.File("required"));

        fetched.ShouldSucceed().Error.Should().Contain(says);
        (await File.ReadAllBytesAsync(file)).Should().Equal(content);
        required.ExitCode.Should().Be(server == MptcpMode.Disabled ? ExitCode.PeerWithoutMptcp : ExitCode.Done, required.Error);

        JsonElement line = (await ToolProcess.ObjectsAsync(hosts.Client, "get", $"http://{listener.LocalEndPoint}/")).Should().ContainSingle().Which;
        (line.Text("url"), line.Text("status"), line.Text("bytes"), line.Text("peer")).Should().Be(($"http://{listener.LocalEndPoint}/", "200", $"{content.Length}", $"{listener.LocalEndPoint}"));
        line.Text("state").Should().Be(server == MptcpMode.Disabled ? "fell-back" : "mptcp");
        line.Text("explanation").Should().NotBeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_failed_fetch_says_why_and_leaves_no_file()
    {
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        Child.Result result = await ToolProcess.RunAsync(one.Host, "get", "http://127.0.0.1:1/", "-o", directory.File("file"));
        result.ExitCode.Should().Be(ExitCode.Failed);
        result.Error.Should().Contain("Connection refused");
        File.Exists(directory.File("file")).Should().BeFalse();

        using var disabled = new OneHost(mptcpEnabled: false);
        Child.Result required = await ToolProcess.RunAsync(disabled.Host, "get", "http://127.0.0.1:1/", "--require");
        required.ExitCode.Should().Be(ExitCode.NoMptcpHere);
        required.Error.Should().Contain("net.mptcp.enabled=1");
    }

    static async Task<string> CompileStaticAsync(TemporaryDirectory directory)
    {
        string source = directory.File("static.c"), program = directory.File("static");
        await File.WriteAllTextAsync(source, "int main(void) { return 0; }");
        (await Child.RunAsync(Needs.Program("cc", "gcc"), ["-static", "-o", program, source])).ShouldSucceed();
        return program;
    }

    static async Task ServeAsync(Socket listener, byte[] content)
    {
        while (true)
        {
            using Socket connection = await listener.AcceptAsync();
            if (await connection.ReceiveAsync(new byte[4096]) == 0)
                continue; // refused after connecting, as with --require

            await connection.SendAllAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
            await connection.SendAllAsync(content);
            connection.Shutdown(SocketShutdown.Both);
        }
    }
}
