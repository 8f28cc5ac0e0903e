using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class SshTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ssh_copies_a_file_there_and_back_over_mptcp(bool throughProxy)
    {
        Needs.Mptcp();
        string ssh = Needs.Program("ssh", "openssh-client"), nc = Needs.Program("nc", "netcat-openbsd");
        byte[] content = Peers.RandomBytes(8 * 1024 * 1024);
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory.File("content"), content);
        await using SshServer server = await SshServer.StartAsync();
        await using GatewayHost far = await GatewayHost.StartAsync("web:Listen=mptcp@127.0.0.1:0", $"web:Connect={server.EndPoint}");
        await using GatewayHost near = await GatewayHost.StartAsync(
            ["web:Listen=127.0.0.1:0", "web:RequireMptcpPeer=true", .. throughProxy ? ["web:Mode=Proxy"] : new[] { $"web:Connect=mptcp@{far.EndPoint()}" }]);
        string[] way = throughProxy ? ["-o", $"ProxyCommand={nc} -X 5 -x {near.EndPoint()} %h %p"] : [];

        Child.Result result = await Child.RunAsync(
            "sh",
            [
                "-ec", "from=$0 to=$1; shift; exec \"$@\" <$from >$to", directory.File("content"), directory.File("back"), ssh, .. server.ClientOptions, .. way,
                "-p", $"{(throughProxy ? far : near).EndPoint().Port}", "127.0.0.1", $"tee {directory.File("there")}",
            ]);

        result.ShouldSucceed();
        Traffic.ShouldBeTheSame(await File.ReadAllBytesAsync(directory.File("there")), content);
        Traffic.ShouldBeTheSame(await File.ReadAllBytesAsync(directory.File("back")), content);
        (await near.LineAsync("came over Tcp")).Should().EndWith("over Mptcp.");
        await near.LineAsync("Completed");
    }
}
