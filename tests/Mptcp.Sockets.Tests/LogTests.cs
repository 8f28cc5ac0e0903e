using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Tests;

public sealed class LogTests : IDisposable
{
    readonly CollectedLogs _logs = new();

    public void Dispose() => _logs.Dispose();

    [Fact(Timeout = Limit.OfATest)]
    public async Task Attempts_and_their_outcome_are_logged_under_one_category()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { LoggerFactory = _logs });
        using Socket client = await MptcpSocket.ConnectAsync(listener.EndPoint(), new MptcpConnectOptions { LoggerFactory = _logs });

        _logs.Category.Should().Be("Mptcp.Sockets");
        _logs.Entries.Should().Equal(
            (LogLevel.Debug, "Listening", $"Listening on {listener.EndPoint()} over MPTCP."),
            (LogLevel.Debug, "Connecting", $"Connecting to {listener.EndPoint()} over MPTCP."),
            (LogLevel.Debug, "Connected", $"Connected to {listener.EndPoint()}: Mptcp."));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    public async Task A_failed_attempt_is_logged_with_its_error_before_the_caller_goes_on(string how)
    {
        IPEndPoint refusing = Peers.Refusing();
        var options = new MptcpConnectOptions { LoggerFactory = _logs };

        await FluentActions.Awaiting(async () => how == "socket" ? MptcpSocket.Connect(refusing, options) : await MptcpSocket.ConnectAsync(refusing, options))
            .Should().ThrowAsync<SocketException>();

        _logs.Entries.Where(entry => entry.Name == "AttemptFailed").Should().HaveCount(2, "MPTCP and then TCP were refused").And.OnlyContain(entry => entry.Text.Contains("ConnectionRefused"));
    }

    [Fact]
    public void The_lack_of_MPTCP_is_logged_at_Information_once_and_then_at_Debug()
    {
        OneHost.Run(
            host =>
            {
                for (int i = 0; i < 3; i++)
                    MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { LoggerFactory = _logs }).Dispose();
            },
            mptcpEnabled: false);

        var entries = _logs.Entries.Where(entry => entry.Name == "Unavailable").ToArray();
        entries.Should().HaveCount(3).And.OnlyContain(entry => entry.Text.Contains("DisabledBySysctl") && entry.Text.Contains("sysctl -w net.mptcp.enabled=1"));
        entries.Count(entry => entry.Level == LogLevel.Information).Should().BeLessThanOrEqualTo(1, "another test may have been first");
        entries.Skip(1).Should().OnlyContain(entry => entry.Level == LogLevel.Debug);
    }

    [Fact]
    public void Ids_and_names_are_unique()
    {
        LoggerMessageAttribute[] messages = [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()];

        messages.Should().NotBeEmpty();
        messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems();
        messages.Select(message => message.EventName).Should().OnlyHaveUniqueItems();
    }
}
