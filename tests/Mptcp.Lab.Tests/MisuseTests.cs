using System.Diagnostics;
using System.Net.Sockets;
using Mptcp.Lab.Interop;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Wrong use of a network: objects of another network, invalid values, and any use after its disposal.</summary>
public class MisuseTests
{
    [Fact]
    public void Hosts_and_links_of_another_network_are_refused_and_named()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi");
        using LabNetwork other = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        LabHost client = network.Client(), stranger = other.Client();

        foreach (Action action in new Action[]
        {
            () => wifi.GetAddress(stranger),
            () => wifi.ReadBytesSent(stranger),
            () => wifi.Blackhole(stranger),
            () => wifi.DropPackets(0.5, stranger),
            () => wifi.StripMptcp(stranger),
            () => wifi.StripMptcpFromSynAcks(stranger),
            () => wifi.DropMptcpSyns(stranger),
            () => wifi.ResetTcp(stranger),
            () => stranger.AddEndpoint(wifi, LabEndpointRoles.Subflow),
            () => stranger.SetBackup(wifi, true),
            () => stranger.RemoveEndpoint(wifi),
        })
            Refuses(action, "*'client' is not on link 'wifi'*");

        Refuses(() => wifi.GetAddress(null!), "*host*");
        Refuses(() => client.AddEndpoint(null!, LabEndpointRoles.Subflow), "*link*");
        Refuses(() => wifi.GetAddress(client, AddressFamily.Unix), "*Unix*");
        Refuses(() => client.Run((Action)null!), "*body*");
        Refuses(() => client.Run((Func<int>)null!), "*body*");
        Refuses(() => client.Execute(""), "*program*");
        Refuses(() => client.SetSysctl("", "1"), "*name*");
        foreach (string notOfTheNetwork in new[] { "kernel.hostname", "vm.swappiness", "net/../kernel/hostname", "net...kernel.hostname", "netx" })
            Refuses(() => client.SetSysctl(notOfTheNetwork, "1"), $"*'{notOfTheNetwork}'*");
        Refuses(() => client.Start((ProcessStartInfo)null!), "*start*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Invalid_probabilities_are_refused(double probability)
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi");

        FluentActions.Invoking(() => network.GetLink("wifi").DropPackets(probability)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(probability));
    }

    [Fact]
    public async Task Flapping_needs_a_number_of_times_and_durations()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        var negative = TimeSpan.FromSeconds(-2);

        await RefusesAsync(() => wifi.FlapAsync(0, TimeSpan.Zero, TimeSpan.Zero), "times");
        await RefusesAsync(() => wifi.FlapAsync(1, negative, TimeSpan.Zero), "down");
        await RefusesAsync(() => wifi.FlapAsync(1, TimeSpan.Zero, negative), "up");

        static Task RefusesAsync(Func<Task> action, string parameter) =>
            action.Should().ThrowAsync<ArgumentOutOfRangeException>().WithParameterName(parameter);
    }

    [Fact]
    public void A_setting_that_the_kernel_lacks_or_refuses_is_named()
    {
        using LabNetwork network = Labs.TwoHosts();

        FluentActions.Invoking(() => network.Client().SetSysctl("net.no.such", "1")).Should().Throw<LabException>().WithMessage("*'client'*net.no.such*");
        FluentActions.Invoking(() => network.Client().SetSysctl("net.ipv4.ip_forward", "x")).Should().Throw<LabException>().WithMessage("*net.ipv4.ip_forward to x*");
    }

    [Fact]
    public void A_program_start_with_a_shell_or_an_argument_string_is_refused()
    {
        using LabNetwork network = Labs.TwoHosts();

        Refuses(() => network.Client().Start(new ProcessStartInfo("true") { UseShellExecute = true }), "*ArgumentList*");
        Refuses(() => network.Client().Start(new ProcessStartInfo("true", "argument")), "*ArgumentList*");
    }

    [Fact]
    public void A_device_that_was_removed_by_hand_is_named()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        network.Client().Execute("ip", "link", "delete", "wifi");

        FluentActions.Invoking(() => network.GetLink("wifi").ReadBytesSent(network.Client())).Should().Throw<LabException>().WithMessage("*'client'*'wifi'*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Lifting_faults_while_the_network_goes_does_nothing()
    {
        Needs.LabFaults();
        const int times = 20;
        for (int i = 0; i < times; i++)
        {
            LabNetwork network = Labs.TwoHosts("wifi");
            LabLink wifi = network.GetLink("wifi");
            LabFault[] faults = [wifi.Blackhole(), wifi.ResetTcp(network.Client()), wifi.Down()];
            using var ready = new Barrier(2);
            Task lifting = OnThreadOfItsOwn(() =>
            {
                ready.SignalAndWait();
                foreach (LabFault fault in faults)
                    fault.Dispose();
            });

            ready.SignalAndWait();
            network.Dispose();

            await lifting.WaitAsync(Limit.OfAWait);
        }
    }

    [Fact]
    public void A_program_start_as_another_user_is_refused()
    {
        using LabNetwork network = Labs.TwoHosts();

        Refuses(() => network.Client().Start(new ProcessStartInfo("true") { UserName = "nobody" }), "*'nobody'*");
    }

    [Fact]
    public void A_program_start_fails_if_the_namespace_cannot_be_entered()
    {
        Needs.Lab();
        NetworkNamespace home = NetworkNamespace.Create();
        home.Dispose();
        using var parent = ProcessParent.In(home, "nowhere");

        FluentActions.Invoking(() => parent.Start(new ProcessStartInfo("true"))).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public async Task Concurrent_program_starts_succeed_until_the_network_is_disposed()
    {
        const int times = 20, starters = 4;
        for (int i = 0; i < times; i++)
        {
            LabNetwork network = Labs.TwoHosts();
            LabHost client = network.Client();
            using var ready = new Barrier(starters + 1);
            Task[] starting = [.. Enumerable.Range(0, starters).Select(_ => OnThreadOfItsOwn(StartMany))];

            ready.SignalAndWait();
            network.Dispose();

            foreach (Task one in starting)
                await FluentActions.Awaiting(() => one.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<ObjectDisposedException>();

            void StartMany()
            {
                ready.SignalAndWait();
                for (int j = 0; j < 1000; j++)
                    client.Start(new ProcessStartInfo("true")).Dispose();
            }
        }
    }

    [Fact]
    public async Task A_disposed_network_refuses_everything_except_lifting_faults()
    {
        Needs.LabFaults();
        LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        LabHost client = network.Client();
        LabFault blackhole = wifi.Blackhole(), down = wifi.Down();

        network.Dispose();
        network.Dispose();

        blackhole.Dispose();
        blackhole.Dispose();
        down.Dispose();
        foreach (Action action in new Action[]
        {
            () => client.Run(() => { }),
            () => client.Start(new ProcessStartInfo("true")),
            () => client.Execute("true"),
            () => client.SetSysctl("net.ipv4.ip_forward", "1"),
            () => client.SetLimits(1, 1),
            () => client.AddEndpoint(wifi, LabEndpointRoles.Subflow),
            () => client.ReadCounters(),
            () => client.NamespacePath.ToString(),
            () => wifi.ReadBytesSent(client),
            () => wifi.Down(),
            () => wifi.Blackhole(),
        })
            action.Should().Throw<ObjectDisposedException>();

        await FluentActions.Awaiting(() => wifi.FlapAsync(1, TimeSpan.Zero, TimeSpan.Zero)).Should().ThrowAsync<ObjectDisposedException>();
    }

    static Task OnThreadOfItsOwn(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    static void Refuses(Action action, string message) => action.Should().Throw<ArgumentException>().WithMessage(message);
}
