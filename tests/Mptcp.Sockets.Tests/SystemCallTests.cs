using Mptcp.Sockets.Info;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// Counts the system calls to read a connection with eight subflows. strace counts between two marks of the program of
/// tests/Mptcp.Sockets.Witness.
/// </summary>
public class SystemCallTests
{
    const int Times = 10, Subflows = 8;

    [Fact(Timeout = Limit.OfATest)]
    public async Task Reading_the_state_takes_one_system_call() => (await CountAsync("state")).Should().Be(MptcpCapabilities.Probe().SupportsStateOption ? 1 : 2);

    [Fact(Timeout = Limit.OfATest)]
    public async Task Reading_the_info_takes_one_system_call() => (await CountAsync("info")).Should().Be(1);

    [Fact(Timeout = Limit.OfATest)]
    public async Task Reading_subflows_takes_one_system_call_or_two_on_older_kernels() => (await CountAsync("subflows")).Should().Be(MptcpCapabilities.Probe().SupportsFullInfo ? 1 : 2);

    [Fact(Timeout = Limit.OfATest)]
    public async Task Reading_subflows_from_lists_takes_two_system_calls() => (await CountAsync(nameof(SubflowSource.Lists))).Should().Be(2);

    static async Task<int> CountAsync(string what)
    {
        Needs.Mptcp();
        if (!MptcpCapabilities.Probe().SupportsSubflowInfo)
            Needs.KernelLacks("that tells about connections: Linux 5.16.");

        string strace = Needs.Program("strace", "strace");
        using var directory = new TemporaryDirectory();
        string log = directory.File("log");
        using var one = new OneHost();
        one.Host.SetLimits(Subflows - 1, 0);
        for (int i = 2; i <= Subflows; i++)
            one.Host.Execute("ip", "mptcp", "endpoint", "add", $"127.0.0.{i}", "dev", "lo", "subflow");

        (await one.Host.Run(() => Witness.RunBehindAsync(
            [strace, "-ff", "-e", "trace=%network,%file,read,write,ioctl,fcntl,poll,epoll_wait", "-o", log],
            ["ask", what, $"{Times}", $"{Subflows}", directory.File("mark")]))).ShouldSucceed();

        string mark = directory.File("mark");
        string[] ofThread = await ReadOfThreadAsync(log, mark);
        int[] marks = [.. ofThread.Index().Where(line => line.Item.Contains(mark, StringComparison.Ordinal)).Select(line => line.Index)];
        marks.Should().HaveCount(2, "the program marks where it begins and ends to ask");
        string[] calls = ofThread[(marks[0] + 1)..marks[1]];
        calls.Should().OnlyContain(call => call.StartsWith("getsockopt(", StringComparison.Ordinal));
        return Math.DivRem(calls.Length, Times, out int rest) is var each && rest == 0 ? each : throw new InvalidOperationException(string.Join('\n', calls));
    }

    /// <summary>
    /// strace writes a file for each thread: in a single file, the calls of other threads would split a call into two lines.
    /// </summary>
    static async Task<string[]> ReadOfThreadAsync(string log, string mark)
    {
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(log)!, $"{Path.GetFileName(log)}.*"))
        {
            string[] lines = [.. (await File.ReadAllLinesAsync(file)).Where(line => !line.StartsWith("execve(", StringComparison.Ordinal))];
            if (lines.Any(line => line.Contains(mark, StringComparison.Ordinal)))
                return lines;
        }

        throw new InvalidOperationException("No thread has made a mark.");
    }
}
