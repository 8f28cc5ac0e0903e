using System.Net;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Tests;

/// <summary>Parsers get random, changed and cut bytes. They never throw, take no more than there is, and do not change their mind when more bytes arrive.</summary>
public class ParsingFuzzTests
{
    const int Rounds = 20_000;

    static readonly byte[][] s_valid =
    [
        "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n"u8.ToArray(),
        "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n"u8.ToArray(),
        ProxyHeader.Of(IPEndPoint.Parse("192.0.2.1:1"), IPEndPoint.Parse("192.0.2.2:2"), new byte[] { 0xe0, 0, 1, 7, 3, 0, 4, 0, 0, 0, 0 }).ToBytes(MptcpGatewayProxyProtocol.V2),
        ProxyHeader.Of(IPEndPoint.Parse("[::1]:1"), IPEndPoint.Parse("[::2]:2")).ToBytes(MptcpGatewayProxyProtocol.V2),
        [5, 2, 0, 2],
        [1, 3, .. "ann"u8, 2, .. "pw"u8],
        [5, 1, 0, 3, 9, .. "localhost"u8, 0, 80],
        [5, 1, 0, 4, .. new byte[16], 0, 80],
        "CONNECT db.example:5432 HTTP/1.1\r\nProxy-Authorization: Basic YW5uOnB3\r\n\r\n"u8.ToArray(),
        "HTTP/1.1 200 OK\r\nConnection: x, keep-alive\r\nX: 1\r\n 2\r\nContent-Length: 1\r\n\r\n"u8.ToArray(),
        "POST http://db.example/a?b HTTP/1.1\r\nContent-Length: 12\r\nConnection: x, y\r\n\r\n"u8.ToArray(),
    ];

    [Fact]
    public void No_bytes_confuse_a_parser()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = Bytes(random);
            string because = $"of the seed {seed}, round {round}: {Convert.ToHexString(bytes)}";
            Check<ProxyHeader>(ProxyHeader.Parse, bytes, because);
            Check<byte[]>(Socks5.ParseGreeting, bytes, because);
            Check<ProxyLogin>(Socks5.ParseLogin, bytes, because);
            Check<HttpHead>(HttpHead.Parse, bytes, because);
            Check<HttpAnswerHead>(HttpAnswerHead.Parse, bytes, because);
            ShouldCreateOrRefuse(HttpHead.Parse(bytes), because);
            CheckOnce<(byte, EndPoint?)>(Socks5.ParseRequest, bytes, because);
            ProxyTlvs.Describe(bytes);
        }
    }

    [Fact]
    public void No_text_confuses_the_parsers_of_the_configuration()
    {
        var random = new Random();
        for (int round = 0; round < Rounds; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => "tcpm46@:.-*/[]a19 "[random.Next(18)]));
            Parses(() => Address.Parse(text), text);
            Parses(() => DestinationRule.Parse(text), text);
        }
    }

    /// <summary>A complete value or an error stays the same when more bytes arrive.</summary>
    static void Check<T>(Parser<T> parse, byte[] bytes, string because)
    {
        Parsed<T> whole = CheckOnce(parse, bytes, because);
        Parsed<T> more = CheckOnce(parse, [.. bytes, 0], because);
        if (whole.IsComplete || whole.Error is not null)
            (more.Length, more.Error).Should().Be((whole.Length, whole.Error), because);
    }

    /// <summary>A request that is passed on has one head, which ends where it should.</summary>
    static void ShouldCreateOrRefuse(Parsed<HttpHead> parsed, string because)
    {
        if (parsed.Value is not { } head)
            return;

        try
        {
            _ = head.Login;
            byte[] sent = HttpRequest.Of(head).ToServer.ToArray();
            if (sent.Length > 0)
                HttpHead.Parse(sent).Length.Should().Be(sent.Length, because);
        }
        catch (RefusedException e)
        {
            e.Answer.Should().NotBeEmpty(because);
        }
    }

    static Parsed<T> CheckOnce<T>(Parser<T> parse, byte[] bytes, string because)
    {
        Parsed<T> parsed = parse(bytes);
        parsed.Length.Should().BeInRange(0, bytes.Length, because);
        (parsed.IsComplete && parsed.Error is not null).Should().BeFalse(because);
        return parsed;
    }

    static byte[] Bytes(Random random)
    {
        if (random.Next(4) == 0)
        {
            byte[] noise = new byte[random.Next(40)];
            random.NextBytes(noise);
            return noise;
        }

        byte[] bytes = [.. s_valid[random.Next(s_valid.Length)]];
        for (int change = random.Next(4); change > 0; change--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);

        return random.Next(2) == 0 ? bytes : bytes[..random.Next(bytes.Length + 1)];
    }

    static void Parses(Action parse, string text)
    {
        try
        {
            parse();
        }
        catch (FormatException e)
        {
            e.Message.Should().NotBeEmpty(text);
        }
    }
}
