using Mptcp.Dashboard.Html;

namespace Mptcp.Dashboard.Pages;

/// <summary>A page.</summary>
/// <param name="Title">The title.</param>
/// <param name="Content">The content.</param>
sealed record Page(string Title, Markup Content)
{
    /// <summary>Whether the page follows the host, once a second.</summary>
    internal bool IsLive { get; init; } = true;

    /// <summary>The title of the page in the navigation to which this one belongs.</summary>
    internal string Section { get; init; } = Title;

    internal int StatusCode { get; init; } = 200;
}
