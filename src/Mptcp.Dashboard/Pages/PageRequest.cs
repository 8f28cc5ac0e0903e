using System.Globalization;
using Microsoft.AspNetCore.Http;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;

namespace Mptcp.Dashboard.Pages;

/// <summary>What a page is made from: a sample, and the query string, which holds all that the reader has chosen.</summary>
/// <param name="Sample">The host at one moment.</param>
/// <param name="Feed">The history and the events.</param>
/// <param name="Query">The query string.</param>
/// <param name="Root">
/// The relative way to the first page, such as <c>../</c>: it works behind every path base and every reverse proxy.
/// </param>
/// <param name="AllowsChanges">Whether pages offer changes.</param>
sealed record PageRequest(Sample Sample, DashboardFeed Feed, IQueryCollection Query, string Root, bool AllowsChanges)
{
    internal string Get(string name) => Query[name].ToString();

    internal int Number(string name, int standard, int most) =>
        int.TryParse(Get(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? Math.Clamp(number, 1, most) : standard;

    /// <summary>Returns a link to a connection.</summary>
    internal Markup Link(uint token) => $"""<a href="{Root}connections/{Text.Token(token)}" class="token">{Text.Token(token)}</a>""";
}
