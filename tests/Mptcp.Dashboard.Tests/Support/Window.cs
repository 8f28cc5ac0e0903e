using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>A window of the browser.</summary>
sealed class Window : IAsyncDisposable
{
    readonly IBrowserContext _context;

    internal Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                Complaints.Enqueue(message.Text);
        };
        page.PageError += (_, error) => Complaints.Enqueue(error);
        page.Request += (_, request) => Requests.Enqueue(request.Url);
    }

    internal IPage Page { get; }

    /// <summary>The errors and warnings of the console, which include what the CSP has blocked.</summary>
    internal ConcurrentQueue<string> Complaints { get; } = new();

    internal ConcurrentQueue<string> Requests { get; } = new();

    internal Task<string> TextAsync() => Page.InnerTextAsync("body");

    /// <summary>Waits until the page, which follows the host, says something.</summary>
    internal Task SeeAsync(string text) => Assertions.Expect(Page.Locator("body")).ToContainTextAsync(text, new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
