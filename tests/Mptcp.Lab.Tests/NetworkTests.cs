using System.Net;
using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class NetworkTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Two_networks_with_the_same_names_are_independent()
    {
        using LabNetwork first = Labs.TwoHosts("wifi");
        using LabNetwork second = Labs.TwoHosts("wifi");

        using (first.GetLink("wifi").Down())
            await Labs.EchoesAsync(second.GetLink("wifi"), AddressFamily.InterNetwork);

        first.Dispose();
        await Labs.EchoesAsync(second.GetLink("wifi"), AddressFamily.InterNetworkV6);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_pending_accept_fails_when_the_network_is_disposed()
    {
        LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        using Socket listener = network.Server().Listen(wifi.GetAddress(network.Server()));
        using Socket client = await network.Client().ConnectAsync(listener.EndPoint());
        Task<int> receiving = client.ReceiveAsync(new byte[1]);

        network.Dispose();

        await FluentActions.Awaiting(() => receiving.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<SocketException>();
    }

    [Fact]
    public void A_host_without_links_has_loopback()
    {
        Needs.Lab();
        using var network = new LabNetwork();
        LabHost host = network.AddHost("alone");

        host.Links.Should().BeEmpty();
        using Socket listener = host.Listen(IPAddress.Loopback);
        using Socket client = host.Run(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Connect(listener.EndPoint());
            return socket;
        });
        client.Connected.Should().BeTrue();
    }

    [Fact]
    public void An_exception_of_code_on_a_host_reaches_the_caller()
    {
        using LabNetwork network = Labs.TwoHosts();

        FluentActions.Invoking(() => network.Client().Run(() => throw new InvalidDataException("mine"))).Should().Throw<InvalidDataException>().WithMessage("mine");
    }

    [Fact]
    public void A_setting_affects_one_host()
    {
        using LabNetwork network = Labs.TwoHosts();
        const string setting = "/proc/sys/net/ipv4/tcp_syn_retries";

        network.Client().SetSysctl("net.ipv4.tcp_syn_retries", "3");

        network.Client().Run(() => File.ReadAllText(setting)).Trim().Should().Be("3");
        network.Server().Run(() => File.ReadAllText(setting)).Trim().Should().NotBe("3");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Threads_that_code_on_a_host_starts_are_not_on_the_host()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        string here = NamespaceOfThisThread();

        for (int i = 0; i < 100; i++)
        {
            var ran = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            network.Client().Run(() =>
            {
                ThreadPool.QueueUserWorkItem(_ => ran.SetResult(NamespaceOfThisThread()));
                NamespaceOfThisThread().Should().NotBe(here);
            });
            (await ran.Task).Should().Be(here);
        }

        await Labs.EchoesAsync(network.GetLink("wifi"), AddressFamily.InterNetwork);
        NamespaceOfThisThread().Should().Be(here);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Thread_pool_work_that_is_queued_late_on_a_host_does_not_run_there()
    {
        Needs.Lab();
        const string seconds = "25"; // a thread of the pool ends after 20 s without work

        (await Witness.RunAsync([], ["linger", seconds])).ShouldSucceed().Output.Should().Be("outside\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Filling_the_thread_pool_does_not_hold_idle_threads_while_others_are_busy()
    {
        Needs.Linux();
        (await Witness.RunAsync([], ["fill"])).ShouldSucceed().Output.Should().Be("none waited\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_link_that_was_removed_by_hand_does_not_prevent_the_removal_of_others()
    {
        LabNetwork network = Labs.TwoHosts("wifi");
        using System.Diagnostics.Process program = network.Server().Start("sleep", "1000");
        network.Client().Execute("ip", "link", "delete", "wifi");

        network.Dispose();

        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_error_at_one_host_is_reported_and_does_not_prevent_the_removal_of_others()
    {
        LabNetwork network = Labs.TwoHosts("wifi");
        using System.Diagnostics.Process program = network.Server().Start("sleep", "1000");
        network.Client().Release();

        FluentActions.Invoking(network.Dispose).Should().Throw<AggregateException>().Which.InnerExceptions.Should().AllBeOfType<ObjectDisposedException>();

        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);
        FluentActions.Invoking(network.Dispose).Should().NotThrow();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Hosts_and_links_are_added_while_others_change()
    {
        const int times = 10;
        using LabNetwork network = Labs.TwoHosts("a", "b");
        LabRouter router = network.AddRouter("router");
        LabLink[] links = [network.GetLink("a"), network.GetLink("b"), network.AddLink("c", router, network.Client())];
        Task[] changing = [.. links.Select(link => Task.Run(() => Change(link)))];

        for (int i = 0; i < times; i++)
            network.AddLink($"x{i}", router, network.AddHost($"host{i}"), i % 2 == 0 ? new() { Delay = TimeSpan.Zero } : null);

        await Task.WhenAll(changing).WaitAsync(Limit.OfAWait);
        foreach (LabLink link in network.Links)
            await Labs.EchoesAsync(link, AddressFamily.InterNetwork);

        static void Change(LabLink link)
        {
            for (int i = 0; i < times; i++)
            {
                link.First.Unplug().Dispose();
                link.Down().Dispose();
                link.Second.LoseCarrier().Dispose();
            }
        }
    }

    static string NamespaceOfThisThread() => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)!.Name;
}
