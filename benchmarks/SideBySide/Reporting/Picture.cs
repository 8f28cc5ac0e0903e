using SideBySide.Questions;

namespace SideBySide.Reporting;

/// <summary>A plot that eng/plot draws from a table of the page.</summary>
/// <param name="File">The name of the file in docs/images.</param>
/// <param name="Description">What it shows, for those who do not see it.</param>
sealed record Picture(string File, string Description)
{
    static readonly Dictionary<string, Picture> s_pictures = new()
    {
        [Failover.Title] = new("stalls.svg", "The longest stall of a stream for four kinds of loss."),
        [LostSyns.Connecting] = new("connect-times.svg", "The time of a connect where SYNs are lost."),
        [Paths.OverTime] = new("goodput-over-time.svg", "The goodput of a download over two links, one of which is dead for two seconds."),
    };

    internal static Picture? Find(string title) => s_pictures.GetValueOrDefault(title);
}
