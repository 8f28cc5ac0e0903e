using System.Text;

namespace Mptcp.Lab;

/// <summary>Writes the frames of one interface to a file for Wireshark: draft-ietf-opsawg-pcapng.</summary>
sealed class PcapngWriter : IDisposable
{
    const uint SectionHeader = 0x0A0D0D0A, ByteOrderMagic = 0x1A2B3C4D, InterfaceDescription = 1, EnhancedPacket = 6;
    const ushort Ethernet = 1, InterfaceName = 2, TimestampResolution = 9, EndOfOptions = 0;
    const int BytesAroundBody = 12; // type, and the length twice

    readonly BinaryWriter _writer;

    internal PcapngWriter(Stream file, string interfaceName)
    {
        _writer = new BinaryWriter(file);
        WriteBlock(SectionHeader, body =>
        {
            body.Write(ByteOrderMagic);
            body.Write((ushort)1); // the format's version
            body.Write((ushort)0);
            body.Write(-1L); // of unknown length
        });
        WriteBlock(InterfaceDescription, body =>
        {
            body.Write(Ethernet);
            body.Write((ushort)0);
            body.Write(0); // frames are complete
            WriteOption(body, InterfaceName, Encoding.UTF8.GetBytes(interfaceName));
            WriteOption(body, TimestampResolution, [9]); // 10⁻⁹ s
            WriteOption(body, EndOfOptions, []);
        });
    }

    /// <param name="frame">The frame.</param>
    /// <param name="nanoseconds">The arrival time, in nanoseconds since 1970.</param>
    internal void Write(ReadOnlyMemory<byte> frame, long nanoseconds) => WriteBlock(EnhancedPacket, body =>
    {
        body.Write(0); // the interface
        body.Write((uint)(nanoseconds >> 32));
        body.Write((uint)nanoseconds);
        body.Write(frame.Length);
        body.Write(frame.Length);
        WritePadded(body, frame.Span);
    });

    public void Dispose() => _writer.Dispose();

    void WriteBlock(uint type, Action<BinaryWriter> write)
    {
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        write(writer);
        uint length = (uint)body.Length + BytesAroundBody;
        _writer.Write(type);
        _writer.Write(length);
        _writer.Write(body.GetBuffer().AsSpan(0, (int)body.Length));
        _writer.Write(length);
    }

    static void WriteOption(BinaryWriter body, ushort code, ReadOnlySpan<byte> value)
    {
        body.Write(code);
        body.Write((ushort)value.Length);
        WritePadded(body, value);
    }

    static void WritePadded(BinaryWriter body, ReadOnlySpan<byte> bytes)
    {
        const int alignment = 4;
        body.Write(bytes);
        body.Write(new byte[(alignment - bytes.Length % alignment) % alignment]);
    }
}
