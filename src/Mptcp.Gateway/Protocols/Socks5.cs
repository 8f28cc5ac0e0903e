using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>The messages of SOCKS5 (RFC 1928), and of its login with name and password (RFC 1929).</summary>
static class Socks5
{
    internal const byte Version = 5, Connect = 1;
    internal const byte WithoutLogin = 0x00, NameAndPassword = 0x02, NoMethod = 0xff;
    internal const byte Succeeded = 0, GeneralFailure = 1, NotAllowed = 2, NetworkUnreachable = 3, HostUnreachable = 4;
    internal const byte ConnectionRefused = 5, CommandNotSupported = 7, AddressNotSupported = 8;

    const byte LoginVersion = 1, IPv4 = 1, Name = 3, IPv6 = 4;

    /// <summary>Reads which methods of authentication the client offers.</summary>
    internal static Parsed<byte[]> ParseGreeting(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 1 && bytes[0] != Version)
            return Parsed<byte[]>.Invalid("It is not a greeting of SOCKS5.");

        if (bytes.Length < 2 || bytes.Length < 2 + bytes[1])
            return Parsed<byte[]>.Incomplete;

        return Parsed<byte[]>.Complete(bytes.Slice(2, bytes[1]).ToArray(), 2 + bytes[1]);
    }

    /// <summary>Reads a name and a password.</summary>
    internal static Parsed<ProxyLogin> ParseLogin(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 1 && bytes[0] != LoginVersion)
            return Parsed<ProxyLogin>.Invalid("It is not a login of SOCKS5.");

        if (!TryReadText(bytes, 1, out string name, out int end) || !TryReadText(bytes, end, out string password, out end))
            return Parsed<ProxyLogin>.Incomplete;

        return Parsed<ProxyLogin>.Complete(new ProxyLogin(name, password), end);
    }

    /// <summary>
    /// Reads what the client asks for. The target is <see langword="null"/> if it is neither a name nor an address.
    /// </summary>
    internal static Parsed<(byte Command, EndPoint? Target)> ParseRequest(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 1 && bytes[0] != Version)
            return Parsed<(byte, EndPoint?)>.Invalid("It is not a request of SOCKS5.");

        if (bytes.Length < 5)
            return Parsed<(byte, EndPoint?)>.Incomplete;

        (byte command, byte type) = (bytes[1], bytes[3]);
        (int begin, int length) = type switch
        {
            IPv4 => (4, 4),
            IPv6 => (4, 16),
            Name => (5, bytes[4]),
            _ => (0, 0),
        };
        if (begin == 0)
            return Parsed<(byte, EndPoint?)>.Complete((command, null), bytes.Length);

        int end = begin + length + sizeof(ushort);
        if (bytes.Length < end)
            return Parsed<(byte, EndPoint?)>.Incomplete;

        ReadOnlySpan<byte> host = bytes.Slice(begin, length);
        string text = type == Name ? Encoding.ASCII.GetString(host) : new IPAddress(host).ToString();
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[(begin + length)..]);
        return Parsed<(byte, EndPoint?)>.Complete((command, ProxyRequest.ToTarget(text, port)), end);
    }

    internal static byte[] Choose(byte method) => [Version, method];

    internal static byte[] LoginResult(bool isAccepted) => [LoginVersion, (byte)(isAccepted ? 0 : 1)];

    /// <summary>An answer without an address: clients have no use for the one that the gateway connects from.</summary>
    internal static byte[] Reply(byte code) => [Version, code, 0, IPv4, 0, 0, 0, 0, 0, 0];

    static bool TryReadText(ReadOnlySpan<byte> bytes, int begin, out string text, out int end)
    {
        (text, end) = ("", begin + 1);
        if (bytes.Length <= begin || bytes.Length < end + bytes[begin])
            return false;

        text = Encoding.UTF8.GetString(bytes.Slice(end, bytes[begin]));
        end += bytes[begin];
        return true;
    }
}
