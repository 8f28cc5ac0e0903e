using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The first command of the README, as built with these tests.</summary>
public class QuickStartTests
{
    const int Done = 0, TransferFailed = 1, BadArguments = 2, MptcpRequired = 3;

    [Fact(Timeout = Limit.OfATest)]
    public async Task QuickStart_without_arguments_shows_both_ends_and_the_system()
    {
        Needs.Mptcp();
        Needs.IPv6();

        Child.Result result = await RunAsync();

        result.ShouldSucceed().Output.Should().Contain("over 127.0.0.1: hash matches").And.Contain("over [::1]: hash matches").And.Contain(MptcpCapabilities.Probe().ToString());
        string ends = KernelFacts.HasNoDelay
            ? "(client|server) +mode Preferred +socket MPTCP +state Mptcp"
            : "(client +mode Preferred +socket MPTCP +state FellBack|server +mode Preferred +socket TCP +state Tcp)"; // Kestrel needs TCP_NODELAY
        Regex.Count(result.Output, $"^  {ends}", RegexOptions.Multiline).Should().Be(4);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task QuickStart_runs_without_MPTCP_unless_it_is_required()
    {
        using var one = new OneHost(mptcpEnabled: false);
        (Child plain, Child requiring) = one.Host.Run(() => (Start(), Start("--require")));
        await using (plain)
        {
            await using (requiring)
            {
                Child.Result ran = (await plain.ExitAsync()).ShouldSucceed();
                ran.Output.Should().Contain("hash matches").And.Contain("state Tcp").And.Contain("not available (DisabledBySysctl)");

                Child.Result refused = await requiring.ExitAsync();
                refused.ExitCode.Should().Be(MptcpRequired);
                refused.Error.Should().Contain("net.mptcp.enabled=1");
            }
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("--no-such-option")]
    [InlineData("no-url")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("-o", "file")]
    [InlineData("http://127.0.0.1/", "http://127.0.0.1/")]
    public async Task Bad_arguments_have_another_exit_code_than_failures(params string[] arguments)
    {
        Child.Result result = await RunAsync(arguments);

        result.ExitCode.Should().Be(BadArguments);
        result.Error.Should().NotBeEmpty();
        result.Output.Should().BeEmpty();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred, "MPTCP was used")]
    [InlineData(MptcpMode.Disabled, "MPTCP was not used")]
    public async Task A_URL_is_fetched_and_the_protocol_is_shown(MptcpMode server, string says)
    {
        Needs.Mptcp();
        byte[] content = Peers.RandomBytes(1 << 20);
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = server });
        Task serving = ServeAsync(listener, content, times: 2);
        string file = Path.GetTempFileName();
        try
        {
            Child.Result fetched = await RunAsync($"http://{listener.EndPoint()}/", "-o", file);
            Child.Result required = await RunAsync($"http://{listener.EndPoint()}/", "-o", file, "--require");

            fetched.ShouldSucceed().Error.Should().StartWith(says);
            (await File.ReadAllBytesAsync(file)).Should().Equal(content);
            required.ExitCode.Should().Be(server == MptcpMode.Disabled ? MptcpRequired : Done);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_failed_transfer_says_why_and_leaves_no_file()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        IPEndPoint refusing = Peers.Refusing();

        Child.Result result = await RunAsync($"http://{refusing}/", "-o", file);

        result.ExitCode.Should().Be(TransferFailed);
        result.Error.Should().Contain("Connection refused");
        File.Exists(file).Should().BeFalse();
    }

    static Task<Child.Result> RunAsync(params string[] arguments) => Child.RunAsync("dotnet", Command(arguments));

    static Child Start(params string[] arguments) => Child.Start("dotnet", Command(arguments));

    static string[] Command(string[] arguments) => [Repository.Assembly("samples/QuickStart"), .. arguments];

    static async Task ServeAsync(Socket listener, byte[] content, int times)
    {
        for (int i = 0; i < times; i++)
        {
            using Socket connection = await listener.AcceptAsync();
            if (await connection.ReceiveAsync(new byte[4096]) == 0)
                continue; // refused after connecting, as with --require

            await connection.SendAllAsync(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"));
            await connection.SendAllAsync(content);
            connection.Shutdown(SocketShutdown.Both);
        }
    }
}
