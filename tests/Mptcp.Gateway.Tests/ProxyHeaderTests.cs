using System.Net;
using System.Numerics;
using System.Text;
using Mptcp.Gateway.Protocols;

namespace Mptcp.Gateway.Tests;

public class ProxyHeaderTests
{
    static readonly byte[] s_signature = "\r\n\r\n\0\r\nQUIT\n"u8.ToArray();

    static readonly byte[] s_addresses = [192, 0, 2, 1, 198, 51, 100, 2, 0x12, 0x34, 0x01, 0xbb];

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n", "192.0.2.1:56324", "198.51.100.2:443")]
    [InlineData("PROXY TCP6 2001:DB8::1 2001:db8::2 0 65535\r\n", "[2001:db8::1]:0", "[2001:db8::2]:65535")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff::1 whatever 1 2\r\n", null, null)]
    public void Version_1_is_read(string line, string? source, string? destination)
    {
        Parsed<ProxyHeader> parsed = ProxyHeader.Parse(Encoding.ASCII.GetBytes($"{line}data"));

        parsed.Error.Should().BeNull();
        parsed.Length.Should().Be(line.Length);
        parsed.Value!.Source?.ToString().Should().Be(source);
        parsed.Value.Destination?.ToString().Should().Be(destination);
    }

    [Theory]
    [InlineData("PROXI")]
    [InlineData("GET / HTTP/1.1\r\n\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443 1\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1  198.51.100.2 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 56324 65536\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 056324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 -1 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.2 1 \r\n")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.2 56324 443\r\n")]
    [InlineData("PROXY TCP4 192.0.2.010 198.51.100.2 56324 443\r\n")]
    [InlineData("PROXY TCP4 ::1 ::2 56324 443\r\n")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.2 56324 443\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::2 56324 443\r\n")]
    [InlineData("PROXY TCP6 [::1] ::2 56324 443\r\n")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.2 56324 443\r\n")]
    [InlineData("PROXY \r\n")]
    public void Version_1_that_is_malformed_is_refused(string line) => ProxyHeader.Parse(Encoding.ASCII.GetBytes(line)).Error.Should().NotBeNull();

    [Fact]
    public void Version_1_without_an_end_is_refused_after_107_bytes()
    {
        byte[] endless = Encoding.ASCII.GetBytes($"PROXY UNKNOWN {new string('x', 200)}");

        ProxyHeader.Parse(endless.AsSpan(0, 106)).Should().Be(Parsed<ProxyHeader>.Incomplete);
        ProxyHeader.Parse(endless.AsSpan(0, 107)).Error.Should().NotBeNull();
    }

    [Fact]
    public void Version_2_is_read_and_its_fields_are_kept_but_for_checksum_and_padding()
    {
        byte[] authority = [0x02, 0, 3, (byte)'a', (byte)'.', (byte)'b'], padding = [0x04, 0, 2, 0, 0], custom = [0xe0, 0, 1, 7], checksum = [0x03, 0, 4, 0, 0, 0, 0];
        byte[] header = Header(0x21, 0x11, [.. s_addresses, .. authority, .. checksum, .. padding, .. custom]);
        uint crc = ~header.Aggregate(uint.MaxValue, BitOperations.Crc32C);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(16 + s_addresses.Length + authority.Length + 3), crc);

        Parsed<ProxyHeader> parsed = ProxyHeader.Parse([.. header, 1, 2, 3]);

        parsed.Error.Should().BeNull();
        parsed.Length.Should().Be(header.Length);
        parsed.Value!.Source.Should().Be(IPEndPoint.Parse("192.0.2.1:4660"));
        parsed.Value.Destination.Should().Be(IPEndPoint.Parse("198.51.100.2:443"));
        parsed.Value.Tlvs.ToArray().Should().Equal([.. authority, .. custom]);
        ProxyTlvs.Describe(parsed.Value.Tlvs.Span).Should().Be("0x02 0xe0");

        header[17]++;
        ProxyHeader.Parse(header).Error.Should().Be("The checksum of the PROXY header is wrong.");
    }

    [Fact]
    public void Only_the_first_fields_are_described() =>
        ProxyTlvs.Describe(new byte[3 * 5_000]).Split(' ').Should().HaveCount(17).And.EndWith("…");

    [Theory]
    [InlineData(0x20, 0x11)]
    [InlineData(0x20, 0x99)]
    [InlineData(0x21, 0x00)]
    [InlineData(0x21, 0x31)]
    public void Version_2_without_addresses_of_ip_has_none(byte command, byte family) =>
        ProxyHeader.Parse(Header(command, family, s_addresses)).Should().Be(Parsed<ProxyHeader>.Complete(ProxyHeader.Unknown, 16 + s_addresses.Length));

    [Theory]
    [InlineData(0x11, 0x11, 12)]
    [InlineData(0x22, 0x11, 12)]
    [InlineData(0x21, 0x12, 12)]
    [InlineData(0x21, 0x41, 12)]
    [InlineData(0x21, 0x11, 11)]
    [InlineData(0x21, 0x21, 35)]
    public void Version_2_that_is_malformed_is_refused(byte command, byte family, int length) =>
        ProxyHeader.Parse(Header(command, family, new byte[length])).Error.Should().NotBeNull();

    [Fact]
    public void Version_2_whose_length_lies_is_refused()
    {
        byte[] tooLong = Header(0x21, 0x11, s_addresses), field = Header(0x21, 0x11, [.. s_addresses, 0x05, 0, 9, 1]), half = Header(0x21, 0x11, [.. s_addresses, 0x05, 0]);
        (tooLong[14], tooLong[15]) = (0xff, 0xff);

        ProxyHeader.Parse(tooLong).Error.Should().Contain("65551");
        ProxyHeader.Parse(field).Error.Should().Contain("longer than the header");
        ProxyHeader.Parse(half).Error.Should().Contain("longer than the header");
    }

    [Theory]
    [InlineData("192.0.2.1:1", "198.51.100.2:65535")]
    [InlineData("[2001:db8::1]:1", "[2001:db8::2]:65535")]
    [InlineData("[::ffff:192.0.2.1]:1", "198.51.100.2:65535")]
    [InlineData("192.0.2.1:1", "[2001:db8::2]:65535")]
    public void A_header_that_is_written_is_read_back(string source, string destination)
    {
        byte[] tlvs = [0xe0, 0, 1, 7];
        ProxyHeader header = ProxyHeader.Of(IPEndPoint.Parse(source), IPEndPoint.Parse(destination), tlvs);

        Parsed<ProxyHeader> first = ProxyHeader.Parse(header.ToBytes(MptcpGatewayProxyProtocol.V1)), second = ProxyHeader.Parse(header.ToBytes(MptcpGatewayProxyProtocol.V2));

        first.Value!.Source.Should().Be(header.Source);
        first.Value.Destination.Should().Be(header.Destination);
        second.Value!.Source.Should().Be(header.Source);
        second.Value.Destination.Should().Be(header.Destination);
        second.Value.Tlvs.ToArray().Should().Equal(tlvs);
    }

    [Fact]
    public void An_unknown_header_is_written_and_read_back()
    {
        foreach (MptcpGatewayProxyProtocol version in Enum.GetValues<MptcpGatewayProxyProtocol>())
            ProxyHeader.Parse(ProxyHeader.Unknown.ToBytes(version)).Value.Should().Be(ProxyHeader.Unknown);
    }

    internal static byte[] Header(byte command, byte family, byte[] rest) => [.. s_signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];
}
