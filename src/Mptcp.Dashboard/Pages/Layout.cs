using Mptcp.Dashboard.Html;

namespace Mptcp.Dashboard.Pages;

/// <summary>The frame of all pages.</summary>
static class Layout
{
    static readonly (string Address, string Title)[] s_pages =
    [
        ("./", HostPage.Title), // an empty address would lead to the page itself
        ("connections", ConnectionsPage.Title),
        ("interfaces", InterfacesPage.Title),
        ("events", EventsPage.Title),
        ("why", WhyPage.Title),
        ("doctor", DoctorPage.Title),
    ];

    internal static Markup Render(Page page, string root) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{page.Title} · MPTCP on {Environment.MachineName}</title>
        <link rel="icon" href="{root}assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="{root}assets/dashboard.css">
        <script src="{root}assets/dashboard.js" defer></script>
        </head>
        <body data-live="{(page.IsLive ? "true" : "false")}">
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <p class="brand">MPTCP <span>on <bdi>{Environment.MachineName}</bdi></span></p>
        <nav aria-label="Pages"><ul>{s_pages.Select(one => Item(one.Address, one.Title, page, root))}</ul></nav>
        </header>
        {Chart.Patterns}
        <p id="status" role="status"></p>
        <main id="main" tabindex="-1">
        <h1>{page.Title}</h1>
        {page.Content}
        </main>
        </body>
        </html>

        """;

    static Markup Item(string address, string title, Page page, string root) =>
        title == page.Section ? $"""<li><a href="{root}{address}" aria-current="page">{title}</a></li>""" : (Markup)$"""<li><a href="{root}{address}">{title}</a></li>""";
}
