using Spectre.Console;

namespace Mptcp.Tool.Rendering;

static class Crop
{
    /// <summary>Returns the line if there is room; otherwise, its beginning, without styles.</summary>
    internal static string To(string markup, int width)
    {
        string text = Markup.Remove(markup);
        return text.Length <= width ? markup : Markup.Escape($"{text[..(width - 1)]}…");
    }
}
