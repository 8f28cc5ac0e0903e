using System.Buffers.Binary;

namespace Mptcp.Tool.Running;

/// <summary>Inspects an executable file (elf(5)). An unreadable file counts as an ordinary program.</summary>
static class ProgramFile
{
    const int HeaderSize = 64, ProgramHeaderSize = 56, Interpreter = 3, MostHeaders = 64;

    internal static ProgramKind KindOf(string path)
    {
        if ((File.GetUnixFileMode(path) & (UnixFileMode.SetUser | UnixFileMode.SetGroup)) != 0)
            return ProgramKind.Privileged;

        try
        {
            using FileStream file = File.OpenRead(path);
            return KindOf(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ProgramKind.Dynamic;
        }
    }

    static ProgramKind KindOf(FileStream file)
    {
        var header = new byte[HeaderSize];
        bool is64BitElf = file.ReadAtLeast(header, HeaderSize, throwOnEndOfStream: false) == HeaderSize && header.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x7f, .. "ELF"u8, 2]);
        return !is64BitElf ? ProgramKind.Dynamic : IsGo(file) ? ProgramKind.Go : HasInterpreter(file, header) ? ProgramKind.Dynamic : ProgramKind.Static;
    }

    static bool HasInterpreter(FileStream file, ReadOnlySpan<byte> header)
    {
        file.Position = (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(header[32..]), (ulong)file.Length);
        int count = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(header[56..]), (ushort)MostHeaders);
        Span<byte> segment = stackalloc byte[ProgramHeaderSize];
        for (int i = 0; i < count && file.ReadAtLeast(segment, ProgramHeaderSize, throwOnEndOfStream: false) == ProgramHeaderSize; i++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(segment) == Interpreter)
                return true;
        }

        return false;
    }

    /// <summary>
    /// Returns whether the file has the mark that 'go version' looks for (debug/buildinfo), at a multiple of 16 in its data.
    /// </summary>
    static bool IsGo(FileStream file)
    {
        const int alignment = 16, block = 1 << 16;
        ReadOnlySpan<byte> mark = [0xff, .. " Go buildinf:"u8];
        var buffer = new byte[block];
        file.Position = 0;
        for (int read; (read = file.ReadAtLeast(buffer, block, throwOnEndOfStream: false)) > 0;)
        {
            for (int i = 0; i + mark.Length <= read; i += alignment)
            {
                if (buffer.AsSpan(i).StartsWith(mark))
                    return true;
            }
        }

        return false;
    }
}
