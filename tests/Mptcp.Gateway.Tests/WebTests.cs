using System.Net;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>A web server that nobody here wrote, behind a gateway, with clients that nobody here wrote before it.</summary>
public class WebTests
{
    const int Size = 100 * 1024 * 1024;

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true, "came over Mptcp")]
    [InlineData(false, "came over Tcp")]
    public async Task Curl_gets_a_large_file_from_nginx(bool mptcp, string state)
    {
        Needs.Mptcp();
        byte[] content = Peers.RandomBytes(Size);
        string curl = Needs.Program("curl", "curl");
        string[] client = mptcp ? [Needs.Program("mptcpize", "mptcpize"), "run", curl] : [curl];
        await using Nginx nginx = await Nginx.StartAsync(content);
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync("web:Listen=mptcp@127.0.0.1:0", $"web:Connect=tcp@{nginx.Uri.Authority}");
        await using GatewayProcess _ = gateway;
        using var directory = new TemporaryDirectory();

        string[] command = [.. client, "-sS", "-o", directory.File("fetched"), $"http://{endPoint}{nginx.Uri.AbsolutePath}"];
        (await Child.RunAsync(command[0], command[1..])).ShouldSucceed();

        Traffic.ShouldBeTheSame(await File.ReadAllBytesAsync(directory.File("fetched")), content);
        await gateway.LineAsync(state);
        await gateway.LineAsync("Completed");
    }
}
