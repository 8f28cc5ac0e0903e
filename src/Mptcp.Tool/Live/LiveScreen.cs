using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Live;

/// <summary>
/// The alternate screen of the terminal, on which a view is drawn repeatedly. At the end, the terminal shows its previous content.
/// </summary>
sealed class LiveScreen : IDisposable
{
    const string Enter = "\e[?1049h\e[?25l", Leave = "\e[?25h\e[?1049l";

    /// <summary>A terminal that knows these sequences shows a frame at once when it is complete; others ignore them.</summary>
    const string BeginFrame = "\e[?2026h\e[H", EndFrame = "\e[J\e[?2026l", EndLine = "\e[K";

    readonly Terminal _terminal;

    internal LiveScreen(Terminal terminal)
    {
        _terminal = terminal;
        terminal.Control(Enter);
    }

    internal int Width => _terminal.Width;

    internal int Height => _terminal.Height;

    /// <summary>Draws as many lines as there is room for, and the footer in the last line.</summary>
    internal void Draw(IEnumerable<string> lines, string footer)
    {
        string[] shown = [.. lines.Take(Height - 1)];
        _terminal.Control(BeginFrame);
        foreach (string line in shown)
        {
            _terminal.Text(Crop.To(line, Width));
            _terminal.Control($"{EndLine}\n");
        }

        for (int i = shown.Length; i < Height - 1; i++)
            _terminal.Control($"{EndLine}\n");

        _terminal.Text(Crop.To(footer, Width));
        _terminal.Control(EndLine + EndFrame);
        _terminal.Flush();
    }

    public void Dispose()
    {
        _terminal.Control(Leave);
        _terminal.Flush();
    }
}
