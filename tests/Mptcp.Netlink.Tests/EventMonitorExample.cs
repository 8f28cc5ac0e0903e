using System.Net;
using System.Text.RegularExpressions;

namespace Mptcp.Netlink.Tests;

/// <summary>The example in the documentation of <see cref="MptcpEventMonitor"/>, line for line, so that it compiles.</summary>
public static partial class EventMonitorExample
{
    internal static async Task FollowConnectionsAsync(CancellationToken cancellationToken)
    {
        await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
        var connections = MptcpConnections.List().ToDictionary(connection => connection.Token);
        await foreach (MptcpEvent what in monitor.ReadAllAsync(cancellationToken))
        {
            switch (what)
            {
                case MptcpConnectionEstablished established when MptcpConnections.Find(established.Token, includeSubflows: false) is { } found:
                    connections[found.Token] = found;
                    break;
                case MptcpConnectionClosed closed:
                    connections.Remove(closed.Token);
                    break;
                case MptcpEventsLost:
                    connections = MptcpConnections.List().ToDictionary(connection => connection.Token);
                    break;
            }
        }
    }

    [Fact]
    public static void The_example_is_the_documented_one()
    {
        string documented = WebUtility.HtmlDecode(Example().Match(File.ReadAllText(Repository.PathOf("src/Mptcp.Netlink/MptcpEventMonitor.cs"))).Groups[1].Value);
        string[] lines = Lines(documented.Replace("///", "", StringComparison.Ordinal));

        lines.Should().HaveCountGreaterThan(10);
        string.Join('\n', Lines(File.ReadAllText(Repository.PathOf("tests/Mptcp.Netlink.Tests/EventMonitorExample.cs")))).Should().Contain(string.Join('\n', lines));
    }

    static string[] Lines(string code) => code.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex("<code>(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Example();
}
