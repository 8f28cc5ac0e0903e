using Microsoft.Playwright;

namespace Mptcp.Dashboard.Tests.Support;

/// <summary>The Chromium of the system, started once.</summary>
public sealed class Chromium : IAsyncDisposable
{
    readonly Lazy<Task<(IPlaywright, IBrowser)>> _browser = new(StartAsync);

    internal async Task<IBrowser> BrowserAsync() => (await _browser.Value).Item2;

    /// <summary>Opens a window of a size, light or dark, that remembers what its console says.</summary>
    internal async Task<Window> OpenAsync(int width = 1280, ColorScheme scheme = ColorScheme.Light)
    {
        IBrowserContext context = await (await BrowserAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        context.SetDefaultTimeout((float)Limit.OfAWait.TotalMilliseconds);
        return new Window(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (!_browser.IsValueCreated)
            return;

        (IPlaywright playwright, IBrowser browser) = await _browser.Value;
        await browser.CloseAsync();
        playwright.Dispose();
    }

    static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        string program = Needs.Program("chromium", "chromium");
        IPlaywright playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"], // root has no sandbox
            Timeout = (float)Limit.OfAWait.TotalMilliseconds,
        }));
    }
}
