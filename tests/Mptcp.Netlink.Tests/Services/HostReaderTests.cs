using Mptcp.Netlink.Routing;

namespace Mptcp.Netlink.Tests.Services;

public class HostReaderTests
{
    /// <summary>
    /// The interface needs more bytes than the buffer has at first. The kernel makes the parts of a list as long as their longest element.
    /// </summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task An_interface_with_a_long_description_is_read()
    {
        using var one = new OneHost();
        string[] commands =
        [
            "link add eth0 type veth peer name eth1", "address add 10.1.0.1/24 dev eth0", "address add 10.2.0.1/24 dev eth1", "link set eth0 up", "link set eth1 up",
            .. Enumerable.Range(0, 300).Select(i => $"link property add dev eth0 altname {i:d120}"),
        ];
        await using (Child ip = one.Host.Run(() => Child.Start(Needs.Program("ip", "iproute2"), ["-batch", "-"])))
        {
            await ip.Input.WriteAsync(string.Concat(commands.Select(command => $"{command}\n")));
            ip.Input.Close();
            (await ip.ExitAsync()).ShouldSucceed();
        }

        using HostReader reader = one.Host.Run(HostReader.Open);
        for (int i = 0; i < 2; i++)
            reader.ReadInterfaces().Select(network => network.Name).Should().BeEquivalentTo("lo", "eth0", "eth1");
    }
}
