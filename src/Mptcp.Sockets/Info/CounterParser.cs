using System.Globalization;

namespace Mptcp.Sockets.Info;

/// <summary>Parses the text of <c>/proc/net/netstat</c> or <c>snmp</c> into the counters of one group, by name.</summary>
static class CounterParser
{
    /// <summary>The file has two lines for each group: names, and then values in the same order.</summary>
    internal static Dictionary<string, long> Parse(ReadOnlySpan<char> text, string group)
    {
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        ReadOnlySpan<char> names = default;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            if (!line.StartsWith(group, StringComparison.Ordinal))
                continue;

            ReadOnlySpan<char> words = line[group.Length..];
            if (names.IsEmpty)
            {
                names = words;
                continue;
            }

            Add(counters, names, words);
            names = default;
        }

        return counters;
    }

    static void Add(Dictionary<string, long> counters, ReadOnlySpan<char> names, ReadOnlySpan<char> values)
    {
        while (Next(ref names) is { IsEmpty: false } name && Next(ref values) is { IsEmpty: false } value)
        {
            // A counter that can go down, such as MPCurrEstab, may be below 0 for a moment, and the kernel writes it as unsigned.
            if (ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong count))
                counters[name.ToString()] = unchecked((long)count);
        }
    }

    static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> words)
    {
        words = words.TrimStart(' ');
        int end = words.IndexOf(' ');
        ReadOnlySpan<char> word = end < 0 ? words : words[..end];
        words = words[word.Length..];
        return word;
    }
}
