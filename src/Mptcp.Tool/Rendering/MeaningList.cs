using Spectre.Console;

namespace Mptcp.Tool.Rendering;

/// <summary>Lists names, values and meanings: the meaning beside the value, or below it on a narrow terminal.</summary>
static class MeaningList
{
    const int Gap = 2, NarrowestMeaning = 40;

    internal static IEnumerable<string> Lines(IEnumerable<(string Name, string Value, string? Meaning)> items, int width)
    {
        (string Name, string Value, string? Meaning)[] all = [.. items];
        int nameWidth = all.Select(item => item.Name.Length).DefaultIfEmpty().Max();
        int valueWidth = all.Select(item => item.Value.Length).DefaultIfEmpty().Max();
        int left = nameWidth + Gap + valueWidth + Gap;
        bool isBeside = width - left >= NarrowestMeaning;
        foreach ((string name, string value, string? meaning) in all)
        {
            string head = $"{name.PadRight(nameWidth)}  [bold]{Markup.Escape(value.PadLeft(isBeside ? valueWidth : 0))}[/]  ";
            string[] lines = [.. Paragraph.Lines(meaning ?? "", width, isBeside ? left : 2, "grey")];
            if (!isBeside || lines.Length == 0)
                yield return head.TrimEnd();
            else
                yield return head + lines[0].TrimStart();

            foreach (string line in isBeside ? lines.Skip(1) : lines)
                yield return line;
        }
    }
}
