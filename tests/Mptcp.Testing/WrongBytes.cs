namespace Mptcp.Testing;

/// <summary>What arrived of a stream from its first wrong byte on, up to a limit. Says from where in the stream wrong bytes are.</summary>
/// <param name="stream">What was sent.</param>
/// <param name="begin">The offset of the first wrong byte.</param>
sealed class WrongBytes(TraceableStream stream, long begin)
{
    const int Kept = 4 * 1024 * 1024, Told = 20, Traceable = 16;

    readonly List<byte> _bytes = [];
    long _length;
    bool _isWrongLater;

    /// <summary>Adds what arrived next. Of bytes beyond the limit, only whether they are right is known afterwards.</summary>
    internal void Add(ReadOnlySpan<byte> bytes)
    {
        int kept = Math.Min(bytes.Length, Kept - _bytes.Count);
        _bytes.AddRange(bytes[..kept]);
        _isWrongLater |= !bytes[kept..].SequenceEqual(stream.Read(begin + _length + kept, bytes.Length - kept));
        _length += bytes.Length;
    }

    /// <summary>
    /// Gets whether one packet arrived where an earlier one belongs, and again at its own place, and all else is right. Kernels with the
    /// fault of docs/kernel-report.md do that.
    /// </summary>
    /// <param name="sent">How many bytes were sent.</param>
    internal bool IsOneMisplacedPacket(long sent) =>
        !_isWrongLater && FindRanges([.. _bytes], sent).Take(2).ToArray() is [{ Source: { } source, Length: <= ushort.MaxValue } only] && source >= only.At + only.Length;

    /// <param name="sent">How many bytes were sent.</param>
    internal string Describe(long sent)
    {
        Range[] ranges = [.. FindRanges([.. _bytes], sent).Take(Told)];
        return string.Join("; ", ranges.Select(range =>
        {
            string origin = range.Source is not { } source ? "that were never sent"
                : ranges.Any(other => other.Covers(source)) ? $"that were sent at offset {source}"
                : $"that were sent at offset {source} and are there as well";
            string fate = ranges.Any(other => other.Source <= range.At && range.At < other.Source + other.Length) ? "arrived elsewhere" : "is lost";
            return $"at offset {range.At} arrived {range.Length} bytes {origin}, and what belongs there {fate}";
        }));
    }

    IEnumerable<Range> FindRanges(byte[] arrived, long sent)
    {
        byte[] expected = stream.Read(begin, arrived.Length);
        for (int at = 0; (at += arrived.AsSpan(at).CommonPrefixLength(expected.AsSpan(at))) < arrived.Length;)
        {
            long? source = Find(at);
            int length = source is { } known ? arrived.AsSpan(at).CommonPrefixLength(stream.Read(known, arrived.Length - at)) : UntraceableLength(at);
            yield return new Range(begin + at, source, length);
            at += length;
        }

        long? Find(int at) => stream.Find(arrived.AsSpan(at, Math.Min(Traceable, arrived.Length - at)), sent);

        int UntraceableLength(int at)
        {
            int end = at + 1;
            while (end < arrived.Length && arrived[end] != expected[end] && Find(end) is null)
                end++;

            return end - at;
        }
    }

    readonly record struct Range(long At, long? Source, int Length)
    {
        internal bool Covers(long offset) => At <= offset && offset < At + Length;
    }
}
