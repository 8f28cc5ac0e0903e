using Spectre.Console;

namespace Mptcp.Tool.Rendering;

static class Crop
{
    /// <summary>The line as it is where it has room; otherwise its beginning, without styles.</summary>
    internal static string To(string markup, int width)
    {
        string text = Markup.Remove(markup);
        return text.Length <= width ? markup : Markup.Escape($"{text[..(width - 1)]}…");
    }
}
