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

        Parsed<HttpConnect> parsed = HttpConnect.Parse([.. head, 22, 3, 1]);

        parsed.Error.Should().BeNull();
        parsed.Length.Should().Be(head.Length);
        parsed.Value!.Target?.ToString().Should().Be(target);
    }

    [Theory]
    [InlineData("Basic YW5uOnB3OjE=", "ann", "pw:1")]
    [InlineData("basic  YW5uOnB3OjE=", "ann", "pw:1")]
    [InlineData("Basic !!!", null, null)]
    [InlineData("Basic YW5u", null, null)]
    [InlineData("Digest YW5uOnB3OjE=", null, null)]
    public void A_login_of_http_is_read(string value, string? name, string? password)
    {
        ProxyLogin? login = HttpConnect.Parse(Encoding.ASCII.GetBytes($"CONNECT a:1 HTTP/1.1\r\nHost: a\r\nproxy-authorization: {value}\r\n\r\n")).Value!.Login;

        login?.Name.Should().Be(name);
        login?.Password.Should().Be(password);
        (login is null).Should().Be(name is null);
    }

    [Theory]
    [InlineData("CONNECT\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("CONNECT a:1 HTTP/2\r\n\r\n")]
    [InlineData("CONNECT  a:1 HTTP/1.1\r\n\r\n")]
    public void A_request_that_is_not_http_is_refused(string head) => HttpConnect.Parse(Encoding.ASCII.GetBytes(head)).Error.Should().NotBeNull();

    [Fact]
    public void A_user_needs_the_right_password()
    {
        var users = new ProxyUsers(new Dictionary<string, string> { ["ann"] = "pw" });

        users.Accept(new ProxyLogin("ann", "pw")).Should().BeTrue();
        users.Accept(new ProxyLogin("ann", "")).Should().BeFalse();
        users.Accept(new ProxyLogin("Ann", "pw")).Should().BeFalse();
        users.Accept(new ProxyLogin("bob", "")).Should().BeFalse();
    }
}
