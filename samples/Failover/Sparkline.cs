using System.Text;

namespace Failover;

/// <summary>Draws the latest rates as a row of bars.</summary>
static class Sparkline
{
    /// <summary>Returns Spectre markup: red for a step in which the path was cut, <paramref name="idle"/> for a step without bytes.</summary>
    internal static string Draw(Series series, string colour, string idle, int width, bool unicode)
    {
        string levels = unicode ? "·▁▂▃▄▅▆▇█" : "._-:=+*#@";
        var markup = new StringBuilder();
        foreach ((double megabits, bool wasCut) in series.Steps.TakeLast(width))
        {
            int level = (int)Math.Clamp(Math.Ceiling(megabits / series.MostMegabits * (levels.Length - 1) - 0.1), 0, levels.Length - 1);
            markup.Append($"[{(wasCut ? "red" : level == 0 ? idle : colour)}]{levels[level]}[/]");
        }

        return markup.ToString();
    }
}
