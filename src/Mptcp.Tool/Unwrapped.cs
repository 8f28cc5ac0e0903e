using Spectre.Console;
using Spectre.Console.Rendering;

namespace Mptcp.Tool;

/// <summary>
/// One line of markup. Spectre would wrap it at the width of the terminal, which is unknown if the line is scrolled or cropped.
/// </summary>
sealed class Unwrapped(string markup) : IRenderable
{
    public Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => ((IRenderable)new Markup(markup)).Render(options, int.MaxValue / 4).Where(segment => !segment.IsLineBreak);
}
