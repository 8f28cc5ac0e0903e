using System.Net;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>The PROXY protocol with programs that nobody here wrote.</summary>
public class OtherProgramsTests
{
    const string ClientAddress = "127.0.0.9";

    static readonly IPAddress s_nginx = IPAddress.Parse("127.0.0.81"), s_haproxy = IPAddress.Parse("127.0.0.82");

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("V1")]
    [InlineData("V2")]
    public async Task Nginx_sees_the_address_of_curl_behind_two_gateways_with_mptcp_in_between(string version)
    {
        Needs.Mptcp();
        IPEndPoint web = Peers.Refusing(s_nginx);
        await using ServerProgram nginx = await ServerProgram.StartNginxAsync(web, "proxy_protocol; return 200 $proxy_protocol_addr;");
        await using GatewayHost far = await GatewayHost.StartAsync(
            "web:Listen=mptcp@127.0.0.1:0", $"web:Connect={web}", "web:AcceptProxyProtocolFrom:0=127.0.0.1", $"web:SendProxyProtocol={version}");
        await using GatewayHost near = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect=mptcp@{far.EndPoint()}", "web:RequireMptcpPeer=true", "web:SendProxyProtocol=V2");

        (await CurlAsync(near.EndPoint())).Should().Be(ClientAddress);
        (await far.LineAsync("came over Mptcp")).Should().StartWith($"web: {ClientAddress}:");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Nginx_sees_the_address_that_curl_sends()
    {
        IPEndPoint web = Peers.Refusing(s_nginx);
        await using ServerProgram nginx = await ServerProgram.StartNginxAsync(web, "proxy_protocol; return 200 $proxy_protocol_addr;");
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "web:Listen=127.0.0.1:0", $"web:Connect={web}", $"web:AcceptProxyProtocolFrom:0={ClientAddress}", "web:SendProxyProtocol=V2");

        (await CurlAsync(gateway.EndPoint(), "--haproxy-protocol")).Should().Be(ClientAddress);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_address_and_the_fields_of_haproxy_reach_haproxy()
    {
        IPEndPoint front = Peers.Refusing(s_haproxy), back = Peers.Refusing(s_haproxy);
        IPEndPoint middle = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            $"web:Listen={middle}", $"web:Connect={back}", "web:AcceptProxyProtocolFrom:0=127.0.0.0/8", "web:SendProxyProtocol=V2");
        await using ServerProgram haproxy = await ServerProgram.StartHaproxyAsync(
            front,
            $$"""
            frontend front
                bind {{front}}
                unique-id-format the-unique-id
                default_backend gateway
            backend gateway
                server gateway {{middle}} send-proxy-v2 proxy-v2-options crc32c,unique-id
            frontend back
                bind {{back}} accept-proxy
                http-request return status 200 content-type text/plain lf-string "%[src] %[fc_pp_unique_id]"
            """);

        (await CurlAsync(front)).Should().Be($"{ClientAddress} the-unique-id");
        await gateway.LineAsync("fields: 0x05.");
    }

    static async Task<string> CurlAsync(IPEndPoint endPoint, params string[] options) =>
        (await Child.RunAsync(Needs.Program("curl", "curl"), ["-sS", "--fail", "--interface", ClientAddress, .. options, $"http://{endPoint}/"])).ShouldSucceed().Output;
}
