using Spectre.Console;

namespace Mptcp.Tool.Rendering;

/// <summary>Breaks text between words.</summary>
static class Paragraph
{
    const int Widest = 100;

    /// <summary>Returns the lines, with markup. Each begins with the indent and has the style.</summary>
    internal static IEnumerable<string> Lines(string text, int width, int indent = 0, string style = "")
    {
        int room = Math.Max(Math.Min(width, Widest) - indent, 10);
        string line = "";
        foreach (string word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > room)
            {
                yield return Of(line);
                line = word;
            }
            else
            {
                line = line.Length == 0 ? word : $"{line} {word}";
            }
        }

        if (line.Length > 0)
            yield return Of(line);

        string Of(string words) => new string(' ', indent) + (style.Length > 0 ? $"[{style}]{Markup.Escape(words)}[/]" : Markup.Escape(words));
    }
}
