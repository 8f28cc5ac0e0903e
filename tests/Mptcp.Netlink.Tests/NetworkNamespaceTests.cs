using Mptcp.Lab;

namespace Mptcp.Netlink.Tests;

public class NetworkNamespaceTests
{
    [Fact(Timeout = Limit.OfATest)]
    public void Objects_that_are_opened_in_another_namespace_stay_there()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        host.Execute("ip", "mptcp", "endpoint", "add", "10.77.0.1", "signal");
        using MptcpPathManager manager = MptcpNetworkNamespace.Run(host.NamespacePath, MptcpPathManager.Open);
        manager.GetEndpoints().Should().ContainSingle().Which.Address.ToString().Should().Be("10.77.0.1");
        MptcpNetworkNamespace.Run(host.NamespacePath, MptcpHostSnapshot.Take).Endpoints.Should().HaveCount(1);
    }

    [Fact(Timeout = Limit.OfATest)]
    public void A_file_that_is_not_a_network_namespace_is_refused()
    {
        Needs.Linux();
        FluentActions.Invoking(() => MptcpNetworkNamespace.Run("/run/netns/there-is-none", () => 1)).Should().Throw<IOException>();
        FluentActions.Invoking(() => MptcpNetworkNamespace.Run("/proc/self/ns/uts", () => 1)).Should().Throw<Exception>().Which
            .Should().Match(e => e is ArgumentException || e is MptcpPrivilegeException);
        FluentActions.Invoking(() => MptcpNetworkNamespace.Run("", () => 1)).Should().Throw<ArgumentException>();
    }
}
