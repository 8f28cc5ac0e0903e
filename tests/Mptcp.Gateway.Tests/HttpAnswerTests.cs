using System.Text;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Tests;

public class HttpAnswerTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nconnection: Keep-Alive\r\nKeep-Alive: timeout=5\r\nA:b\r\n\r\n", "HTTP/1.1 200 OK\r\nA:b\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.0 404 Not found\r\nProxy-Connection: keep-alive\r\n\r\n", "HTTP/1.0 404 Not found\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nUpgrade: h2\r\nConnection: Upgrade, X-Mine\r\nX-Mine: 1\r\nB: 2\r\n\r\n", "HTTP/1.1 200 OK\r\nB: 2\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: Content-Length, transfer-encoding\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection : keep-alive\r\n\r\n", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: a,\r\n\tb\r\nC: d\r\n e\r\n\r\n", "HTTP/1.1 200 OK\r\nC: d\r\n e\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nA: b\n\n", "HTTP/1.1 200 OK\nA: b\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 200 \u00e4\u00ff\r\n\r\n", "HTTP/1.1 200 \u00e4\u00ff\r\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.\n\n", "HTTP/1.\nConnection: close\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\nConnection: close\r\n\r\n")]
    public void The_client_is_told_that_the_connection_ends(string head, string expected)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(head);

        Parsed<HttpAnswerHead> parsed = HttpAnswerHead.Parse([.. bytes, .. "body"u8]);

        parsed.Length.Should().Be(bytes.Length);
        parsed.Value!.IsInterim.Should().BeFalse();
        Encoding.Latin1.GetString(parsed.Value.ToClient).Should().Be(expected);
        HttpAnswerHead.Parse(bytes.AsSpan(..^1)).Should().Be(Parsed<HttpAnswerHead>.Incomplete);
    }

    [Theory]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("HTTP/1.1 103 Early Hints\r\nConnection: x\r\n\r\n")]
    public void An_interim_answer_stays_as_it_is_and_another_one_follows(string head)
    {
        HttpAnswerHead parsed = HttpAnswerHead.Parse(Encoding.Latin1.GetBytes(head)).Value!;

        (parsed.IsInterim, Encoding.Latin1.GetString(parsed.ToClient)).Should().Be((true, head));
    }

    [Theory]
    [InlineData("HTTP/2 200\r\n\r\n")]
    [InlineData("<html>")]
    [InlineData("\r\nHTTP/1.1 200 OK\r\n\r\n")]
    public void Something_else_is_no_answer_of_http(string bytes) => HttpAnswerHead.Parse(Encoding.Latin1.GetBytes(bytes)).Error.Should().NotBeNull();
}
