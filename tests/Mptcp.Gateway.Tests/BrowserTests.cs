using System.Net;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class BrowserTests
{
    const string Name = "shop.test";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socks5")]
    [InlineData("http")]
    public async Task Chromium_shows_a_page_of_a_host_that_only_the_proxy_can_resolve(string scheme)
    {
        Needs.Mptcp();
        string chromium = Needs.Program("chromium", "chromium"), unshare = await Needs.MountNamespacesAsync();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("hosts"), $"127.0.0.1 {Name}\n");
        IPEndPoint web = Peers.Refusing(IPAddress.Parse("127.0.0.83"));
        await using ServerProgram nginx = await ServerProgram.StartNginxAsync(
            web,
            """
            ;
            location = / {
                default_type text/html;
                return 200 '<p>no script</p><script src="/script"></script>';
            }
            location = /script {
                default_type text/javascript;
                return 200 'document.querySelector("p").textContent = "The script of " + location.hostname';
            }
            """);
        await using GatewayHost far = await GatewayHost.StartAsync("web:Listen=mptcp@127.0.0.1:0", $"web:Connect={web}");
        await using GatewayProcess gateway = GatewayProcess.StartBehind(
            [unshare, "--mount", "sh", "-ec", "mount --bind \"$0\" /etc/hosts; exec \"$@\"", directory.File("hosts")],
            "web:Mode=Proxy", "web:Listen=127.0.0.1:0", $"web:Allow:0={Name}");

        Child.Result result = await Child.RunAsync(
            chromium,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--no-first-run",
                $"--user-data-dir={directory.File("profile")}", $"--proxy-server={scheme}://{await gateway.EndPointAsync()}", "--dump-dom",
                $"http://{Name}:{far.EndPoint().Port}/",
            ]);

        result.ShouldSucceed().Output.Should().Contain($"<p>The script of {Name}</p>");
        (await gateway.LineAsync("came over Tcp")).Should().EndWith("over Mptcp.");
    }
}
