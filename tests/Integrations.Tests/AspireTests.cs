namespace Integrations.Tests;

/// <summary>Integrations.AppHost, an application of Aspire with one project, on a host of its own.</summary>
public class AspireTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_project_without_a_proxy_uses_MPTCP_and_is_back_after_a_restart_of_the_application()
    {
        using var one = new OneHost();
        using var client = new HttpClient(one.Host.UseFor(new SocketsHttpHandler { UseProxy = false }.UseMptcp()));
        for (int start = 0; start < 2; start++)
        {
            await using Child application = one.Host.Run(() => Child.Start("dotnet", [Repository.Assembly("tests/Integrations.AppHost")]));
            string? state = null;
            await Eventually.TrueAsync(async () => (state = await TryGetAsync(client)) is not null, "the project answers");
            state.Should().Be(nameof(MptcpState.Mptcp));

            (await Child.RunAsync("kill", ["-TERM", $"{application.Id}"])).ShouldSucceed();
            await application.EndAsync();
            await Eventually.TrueAsync(async () => await TryGetAsync(client) is null, "the project ends with the application");
        }
    }

    static async Task<string?> TryGetAsync(HttpClient client)
    {
        try
        {
            return await client.GetStringAsync(new Uri("http://127.0.0.1:5080/"));
        }
        catch (HttpRequestException)
        {
            return null; // not yet, or no longer
        }
    }
}
