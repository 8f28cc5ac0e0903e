namespace Mptcp.Dashboard.Pages;

/// <summary>Pages of requests that cannot be answered.</summary>
static class ErrorPage
{
    internal static Page CannotRead(Exception e) => new("The host cannot be read", $"""<p class="note">{e.Message}</p><p>This page tries again each second.</p>""") { StatusCode = 503 };

    internal static Page NoToken { get; } = new("The link is incomplete", $"<p>Open the link that the program printed when it started. It contains a token, which changes with each start.</p>")
    {
        StatusCode = 401,
        IsLive = false,
    };

    internal static Page NotProtected { get; } = new(
        "Changes are not protected", $"<p>Everybody could make changes here. The application has to call <code>RequireAuthorization</code> on the dashboard, or to set its <code>AccessToken</code>.</p>")
    {
        StatusCode = 403,
        IsLive = false,
    };

    internal static Page BadRequest(string why) => new("This cannot be done", $"<p>{why}</p>") { StatusCode = 400, IsLive = false };
}
