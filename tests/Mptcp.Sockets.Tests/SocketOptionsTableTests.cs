using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Compares docs/socket-options.md with this kernel.</summary>
public class SocketOptionsTableTests
{
    const string Document = "docs/socket-options.md";
    const int SOL_SOCKET = 1, SOL_IP = 0, SOL_IPV6 = 41, SOL_TCP = 6; // as in linux/socket.h, option numbers as in the headers of each level

    static readonly (string Name, int Level, int Option)[] s_options =
    [
        ("`NoDelay` (`TCP_NODELAY`)", SOL_TCP, 1),
        ("`KeepAlive` (`SO_KEEPALIVE`)", SOL_SOCKET, 9),
        ("`TcpKeepAliveTime` (`TCP_KEEPIDLE`)", SOL_TCP, 4),
        ("`TcpKeepAliveInterval` (`TCP_KEEPINTVL`)", SOL_TCP, 5),
        ("`TcpKeepAliveRetryCount` (`TCP_KEEPCNT`)", SOL_TCP, 6),
        ("`SendBufferSize` (`SO_SNDBUF`)", SOL_SOCKET, 7),
        ("`ReceiveBufferSize` (`SO_RCVBUF`)", SOL_SOCKET, 8),
        ("`ReuseAddress` (`SO_REUSEADDR`)", SOL_SOCKET, 2),
        ("`SO_REUSEPORT`", SOL_SOCKET, 15),
        ("`OutOfBandInline` (`SO_OOBINLINE`)", SOL_SOCKET, 10),
        ("`SO_PRIORITY`", SOL_SOCKET, 12),
        ("`SO_RCVLOWAT`", SOL_SOCKET, 18),
        ("`SO_INCOMING_CPU`", SOL_SOCKET, 49),
        ("`SO_BUSY_POLL`", SOL_SOCKET, 46),
        ("`SO_ZEROCOPY`", SOL_SOCKET, 60),
        ("`SO_MAX_PACING_RATE`", SOL_SOCKET, 47),
        ("`Ttl` (`IP_TTL`)", SOL_IP, 2),
        ("`DontFragment` (`IP_MTU_DISCOVER`)", SOL_IP, 10),
        ("`TypeOfService` (`IP_TOS`)", SOL_IP, 1),
        ("`IP_OPTIONS`", SOL_IP, 4),
        ("`IP_FREEBIND`", SOL_IP, 15),
        ("`IP_BIND_ADDRESS_NO_PORT`", SOL_IP, 24),
        ("`DualMode` (`IPV6_V6ONLY`)", SOL_IPV6, 26),
        ("`Ttl` (`IPV6_UNICAST_HOPS`)", SOL_IPV6, 16),
        ("`IPV6_TCLASS`", SOL_IPV6, 67),
        ("`FastOpen` (`TCP_FASTOPEN_CONNECT`)", SOL_TCP, 30),
        ("`TCP_FASTOPEN`", SOL_TCP, 23),
        ("`TCP_CONGESTION`", SOL_TCP, 13),
        ("`TCP_CORK`", SOL_TCP, 3),
        ("`TCP_DEFER_ACCEPT`", SOL_TCP, 9),
        ("`TCP_INFO`", SOL_TCP, 11),
        ("`TCP_INQ`", SOL_TCP, 36),
        ("`TCP_LINGER2`", SOL_TCP, 8),
        ("`TCP_MAXSEG`", SOL_TCP, 2),
        ("`TCP_NOTSENT_LOWAT`", SOL_TCP, 25),
        ("`TCP_QUICKACK`", SOL_TCP, 12),
        ("`TCP_SYNCNT`", SOL_TCP, 7),
        ("`TCP_USER_TIMEOUT`", SOL_TCP, 18),
        ("`TCP_WINDOW_CLAMP`", SOL_TCP, 10),
    ];

    static readonly Dictionary<int, string> s_errors = new()
    {
        [1] = "EPERM", [22] = "EINVAL", [71] = "EPROTO", [92] = "ENOPROTOOPT", [95] = "EOPNOTSUPP", [107] = "ENOTCONN",
    };

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_table_of_socket_options_matches_this_kernel()
    {
        Needs.Mptcp();
        Needs.IPv6();
        Version kernel = MptcpCapabilities.Probe().KernelVersion!;
        string[] table = await MakeTableAsync($"## Linux {kernel.Major}.{kernel.Minor}");
        string path = Repository.PathOf(Document);
        if (Environment.GetEnvironmentVariable("MPTCP_TESTS_ACCEPT") == "1")
            await File.WriteAllLinesAsync(path, Replace(await File.ReadAllLinesAsync(path), table));

        string[] written = Section(await File.ReadAllLinesAsync(path), table[0]);
        if (written.Length == 0)
            Assert.Skip($"{Document} has no table for Linux {kernel.Major}.{kernel.Minor}. This is it:\n{string.Join('\n', table)}");

        written.Should().Equal(table);
    }

    static async Task<string[]> MakeTableAsync(string heading)
    {
        var rows = new List<string> { heading, "", "| option | set before | get before | set connected | get connected |", "| --- | --- | --- | --- | --- |" };
        foreach ((string name, int level, int option) in s_options)
        {
            AddressFamily family = level == SOL_IPV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
            using Socket fresh = MptcpSocket.Create(family, MptcpMode.Required);
            using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, family);
            rows.Add($"| {name} | {string.Join(" | ", Try(fresh, level, option).Concat(Try(pair.Client, level, option)))} |");
        }

        return [.. rows];
    }

    static string[] Try(Socket socket, int level, int option)
    {
        byte[] value = new byte[256];
        int length = sizeof(int);
        string get = Outcome(() => length = socket.GetRawSocketOption(level, option, value));
        string set = Outcome(() => socket.SetRawSocketOption(level, option, value.AsSpan(0, length)));
        return [set, get];
    }

    static string Outcome(Action ask)
    {
        try
        {
            ask();
            return "✓";
        }
        catch (SocketException e)
        {
            return s_errors.GetValueOrDefault(e.NativeErrorCode) ?? $"{e.NativeErrorCode}";
        }
    }

    static string[] Section(string[] document, string heading) =>
        [.. document.SkipWhile(line => line != heading).TakeWhile((line, i) => i == 0 || !line.StartsWith("## ", StringComparison.Ordinal)).Reverse().SkipWhile(line => line.Length == 0).Reverse()];

    static IEnumerable<string> Replace(string[] document, string[] table)
    {
        string[] old = Section(document, table[0]);
        int at = old.Length > 0 ? Array.IndexOf(document, table[0]) : document.Length;
        return [.. document.Take(at), .. old.Length > 0 ? [] : new[] { "" }, .. table, .. document.Skip(at + old.Length)];
    }
}
