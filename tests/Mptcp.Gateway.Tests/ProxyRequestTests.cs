using System.Net;
using System.Text;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Tests;

public class ProxyRequestTests
{
    [Theory]
    [InlineData("0501000150500d010050", "80.80.13.1:80")]
    [InlineData("0501000420010db80000000000000000000000011f90", "[2001:db8::1]:8080")]
    [InlineData("05010003026462" + "1538", "Unspecified/db:5432")]
    [InlineData("050100030931302e302e302e3131" + "01bb", "10.0.0.11:443")]
    [InlineData("0501000305" + "3132372e31" + "0050", "127.0.0.1:80")]
    [InlineData("0501000302" + "2020" + "0050", null)]
    [InlineData("050100010a000001" + "0000", null)]
    [InlineData("0501000700", null)]
    public void The_destination_of_socks_is_read_and_an_address_is_never_taken_for_a_name(string hex, string? target)
    {
        byte[] bytes = Convert.FromHexString(hex);

        Parsed<(byte Command, EndPoint? Target)> parsed = Socks5.ParseRequest(bytes);

        parsed.Error.Should().BeNull();
        parsed.Length.Should().Be(bytes.Length);
        parsed.Value.Command.Should().Be(Socks5.Connect);
        parsed.Value.Target?.ToString().Should().Be(target);
    }

    [Fact]
    public void A_login_of_socks_is_read()
    {
        Parsed<ProxyLogin> parsed = Socks5.ParseLogin([1, 3, .. "ann"u8, 2, .. "pw"u8, 99]);

        parsed.Length.Should().Be(8);
        (parsed.Value!.Name, parsed.Value.Password).Should().Be(("ann", "pw"));
        parsed.Value.ToString().Should().NotContain("pw");
    }

    [Theory]
    [InlineData("ann", "ann")]
    [InlineData("ann\r\nwarn: all is lost\u001b[2J", "ann??warn: all is lost?[2J")]
    [InlineData("\u0085\u007f", "??")]
    public void The_name_of_a_login_is_logged_on_one_line(string name, string text) => new ProxyLogin(name, "pw").ToString().Should().Be(text);

    [Fact]
    public void The_name_of_a_login_is_logged_in_a_few_characters() =>
        new ProxyLogin(new string('a', Preface.Longest), "pw").ToString().Should().HaveLength(65).And.EndWith("a…");

    [Theory]
    [InlineData("CONNECT db.example:5432 HTTP/1.1", "Unspecified/db.example:5432")]
    [InlineData("CONNECT 10.0.0.1:443 HTTP/1.0", "10.0.0.1:443")]
    [InlineData("CONNECT [2001:db8::1]:443 HTTP/1.1", "[2001:db8::1]:443")]
    [InlineData("CONNECT 2130706433:80 HTTP/1.1", "127.0.0.1:80")]
    [InlineData("CONNECT db.example HTTP/1.1", null)]
    [InlineData("CONNECT db.example:0 HTTP/1.1", null)]
    [InlineData("CONNECT db.example:65536 HTTP/1.1", null)]
    [InlineData("CONNECT :80 HTTP/1.1", null)]
    [InlineData("CONNECT ::1:80 HTTP/1.1", null)]
    [InlineData("CONNECT a/b:80 HTTP/1.1", null)]
    public void The_destination_of_http_connect_is_read(string line, string? target)
    {
        byte[] head = Encoding.ASCII.GetBytes($"{line}\r\nHost: whatever\r\n\r\n");

        Parsed<HttpHead> parsed = HttpHead.Parse([.. head, 22, 3, 1]);

        parsed.Error.Should().BeNull();
        parsed.Length.Should().Be(head.Length);
        TargetOf(parsed.Value!).Should().Be(target);
    }

    [Theory]
    [InlineData("http://db.example", "Unspecified/db.example:80", "GET / HTTP/1.1", "db.example")]
    [InlineData("HTTP://db.example:8080/a/../b?c=%20", "Unspecified/db.example:8080", "GET /a/../b?c=%20 HTTP/1.1", "db.example:8080")]
    [InlineData("http://[2001:db8::1]?x", "[2001:db8::1]:80", "GET /?x HTTP/1.1", "[2001:db8::1]")]
    [InlineData("http://2130706433/", "127.0.0.1:80", "GET / HTTP/1.1", "2130706433")]
    public void A_url_becomes_a_path_and_a_host_and_nothing_for_the_proxy_is_passed_on(string url, string target, string line, string host)
    {
        HttpHead head = HttpHead.Parse(Encoding.ASCII.GetBytes(
            $"GET {url} HTTP/1.1\r\nHost: other.example\r\nProxy-Authorization: Basic YW5uOnB3\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n"
            + "Proxy-Connection: keep-alive\r\nCookie: a=b; c\r\nUpgrade: websocket\r\nAccept:*/*\r\n\r\n")).Value!;

        HttpRequest request = HttpRequest.Of(head);

        request.Target.ToString().Should().Be(target);
        request.MostFromClient.Should().Be(0);
        request.Connected.Should().BeEmpty();
        Encoding.ASCII.GetString(request.ToServer.Span).Should().Be(
            $"{line}\r\nHost: {host}\r\nCookie: a=b; c\r\nAccept: */*\r\nVia: 1.1 mptcp-gateway\r\nConnection: close\r\n\r\n");
    }

    [Theory]
    [InlineData("Content-Length: 12", 12)]
    [InlineData("Content-Length: 12\r\nContent-Length: 12", 12)]
    [InlineData("Content-Length: 12\r\nConnection: Content-Length", 12)]
    [InlineData("Content-Length: 0", 0)]
    public void The_length_of_a_body_is_passed_on_once(string fields, int length)
    {
        HttpRequest request = HttpRequest.Of(HttpHead.Parse(Encoding.ASCII.GetBytes($"POST http://a/ HTTP/1.0\r\n{fields}\r\n\r\n")).Value!);

        request.MostFromClient.Should().Be(length);
        Encoding.ASCII.GetString(request.ToServer.Span).Should().Be(
            $"POST / HTTP/1.0\r\nHost: a\r\nContent-Length: {length}\r\nVia: 1.0 mptcp-gateway\r\nConnection: close\r\n\r\n");
    }

    [Theory]
    [InlineData("OPTIONS", "5", "*", "4")]
    [InlineData("TRACE", "1", "/", "0")]
    [InlineData("GET", "1", "/", "1")]
    public void The_number_of_further_proxies_is_counted_down_where_http_asks_for_it(string method, string before, string path, string after)
    {
        HttpRequest request = HttpRequest.Of(HttpHead.Parse(Encoding.ASCII.GetBytes($"{method} http://a HTTP/1.1\r\nMax-Forwards: {before}\r\n\r\n")).Value!);

        Encoding.ASCII.GetString(request.ToServer.Span).Should().Be(
            $"{method} {path} HTTP/1.1\r\nHost: a\r\nMax-Forwards: {after}\r\nVia: 1.1 mptcp-gateway\r\nConnection: close\r\n\r\n");
    }

    [Theory]
    [InlineData("OPTIONS http://a/ HTTP/1.1\r\nMax-Forwards: 0", "501")]
    [InlineData("TRACE http://a/ HTTP/1.1\r\nMax-Forwards: 0", "501")]
    [InlineData("TRACE http://a/ HTTP/1.1\r\nMax-Forwards: -1", "400")]
    [InlineData("POST http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked", "411")]
    [InlineData("POST http://a/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2", "400")]
    [InlineData("POST http://a/ HTTP/1.1\r\nContent-Length: -1", "400")]
    [InlineData("POST http://a/ HTTP/1.1\r\nContent-Length: 1, 1", "400")]
    [InlineData("POST http://a/ HTTP/1.1\r\nContent-Length: 99999999999999999999", "400")]
    [InlineData("GET http:/// HTTP/1.1", "400")]
    [InlineData("GET http://ann@a/ HTTP/1.1", "400")]
    [InlineData("GET http://a:0/ HTTP/1.1", "400")]
    [InlineData("GET http://a:/ HTTP/1.1", "400")]
    [InlineData("GET http://::1/ HTTP/1.1", "400")]
    [InlineData("GET / HTTP/1.1", "400")]
    [InlineData("GET https://a/ HTTP/1.1", "400")]
    [InlineData("GET ftp://a/ HTTP/1.1", "400")]
    public void A_request_that_cannot_be_passed_on_safely_gets_an_answer(string head, string status)
    {
        HttpHead parsed = HttpHead.Parse(Encoding.ASCII.GetBytes($"{head}\r\n\r\n")).Value!;

        RefusedException refused = FluentActions.Invoking(() => HttpRequest.Of(parsed)).Should().Throw<RefusedException>().Which;

        Encoding.ASCII.GetString(refused.Answer).Should().StartWith($"HTTP/1.1 {status} ");
    }

    [Theory]
    [InlineData("Basic YW5uOnB3OjE=", "ann", "pw:1")]
    [InlineData("basic  YW5uOnB3OjE=", "ann", "pw:1")]
    [InlineData("Basic !!!", null, null)]
    [InlineData("Basic YW5u", null, null)]
    [InlineData("Digest YW5uOnB3OjE=", null, null)]
    public void A_login_of_http_is_read(string value, string? name, string? password)
    {
        ProxyLogin? login = HttpHead.Parse(Encoding.ASCII.GetBytes($"CONNECT a:1 HTTP/1.1\r\nHost: a\r\nproxy-authorization: {value}\r\n\r\n")).Value!.Login;

        login?.Name.Should().Be(name);
        login?.Password.Should().Be(password);
        (login is null).Should().Be(name is null);
    }

    [Theory]
    [InlineData("CONNECT\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("CONNECT a:1 HTTP/2\r\n\r\n")]
    [InlineData("CONNECT  a:1 HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://a/\nHost:b HTTP/1.1\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nA : b\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nA: b\nC: d\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nA: b\0\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nno colon\r\n\r\n")]
    public void A_request_that_is_not_http_is_refused(string head) => HttpHead.Parse(Encoding.ASCII.GetBytes(head)).Error.Should().NotBeNull();

    [Fact]
    public void A_user_needs_the_right_password()
    {
        var users = new ProxyUsers(new Dictionary<string, string> { ["ann"] = "pw" });

        users.Accept(new ProxyLogin("ann", "pw")).Should().BeTrue();
        users.Accept(new ProxyLogin("ann", "")).Should().BeFalse();
        users.Accept(new ProxyLogin("Ann", "pw")).Should().BeFalse();
        users.Accept(new ProxyLogin("bob", "")).Should().BeFalse();
    }

    static string? TargetOf(HttpHead head)
    {
        try
        {
            return HttpRequest.Of(head).Target.ToString();
        }
        catch (RefusedException e)
        {
            Encoding.ASCII.GetString(e.Answer).Should().StartWith("HTTP/1.1 400 ");
            return null;
        }
    }
}
