using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>A lab leaves nothing behind, however its process ends.</summary>
[Collection(Alone.Name)]
public class RemovalTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("dispose", null, true)]
    [InlineData("forget", null, false)]
    [InlineData("throw", null, false)]
    [InlineData("forget", "TERM", false)]
    [InlineData("forget", "INT", false)]
    [InlineData("forget", "KILL", false)]
    public async Task A_lab_leaves_nothing_behind(string end, string? signal, bool isAllGoneAtOnce)
    {
        Needs.Lab();
        string[] outside = await Traces.OutsideAsync();
        await using Child witness = Witness.Start("live", end);
        Inventory lab = await Inventory.ReadAsync(witness);
        Traces.HoldersOf(lab.Namespaces).Should().NotBeEmpty("the lab lives, and can be seen");
        lab.Processes.Should().OnlyContain(process => Traces.IsAlive(process));
        (await Traces.OutsideAsync()).Should().Equal(outside, "nothing of a lab is visible from outside");

        if (signal is null)
            await witness.Input.WriteLineAsync();
        else
            (await Child.RunAsync("sh", ["-c", $"kill -{signal} {witness.Id}"])).ShouldSucceed();

        await witness.EndAsync();
        if (!isAllGoneAtOnce)
        {
            // Its programs are killed with it; their children are killed when the next lab is created.
            await Eventually.TrueAsync(() => !Traces.IsAlive(lab.Processes[0]), "the program is dead");
            Labs.TwoHosts().Dispose();
        }

        await Eventually.TrueAsync(() => !lab.Processes.Any(Traces.IsAlive), "all processes are dead");
        await Eventually.TrueAsync(() => Traces.HoldersOf(lab.Namespaces).Length == 0, "nothing holds a namespace");
        (await Traces.OutsideAsync()).Should().Equal(outside);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_lab_of_another_living_process_is_not_touched()
    {
        Needs.Lab();
        await using Child first = Witness.Start("live", "dispose");
        await using Child second = Witness.Start("live", "dispose");
        Inventory firstLab = await Inventory.ReadAsync(first), secondLab = await Inventory.ReadAsync(second);

        Labs.TwoHosts("wifi").Dispose();

        firstLab.Namespaces.Should().NotIntersectWith(secondLab.Namespaces, "the same names mean nothing to each other");
        firstLab.Processes.Concat(secondLab.Processes).Should().OnlyContain(process => Traces.IsAlive(process));
        foreach (Child witness in new[] { first, second })
        {
            await witness.Input.WriteLineAsync();
            await witness.EndAsync();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_that_outlived_its_lab_can_create_a_lab()
    {
        Needs.Lab();
        // In its own process id namespace, so that another lab does not take it for a leftover. Its parent has the mark, too.
        string unshare = await Needs.MountNamespacesAsync();
        const string marked = "export MPTCP_LAB_OWNER=$(readlink /proc/self/ns/pid).999999.1; sh -c '\"$@\"; exit $?' sh \"$@\"; exit $?";

        Child.Result result = await Witness.RunAsync([unshare, "--pid", "--fork", "--mount-proc", "sh", "-c", marked, "sh"], ["missing"]);

        result.ShouldSucceed().Output.Should().Be("made\n");
    }

    // The kernel counts namespaces until it has removed them. If there is room for two labs only, then many successive labs prove that
    // each one was removed completely.

    [Fact(Timeout = Limit.OfATest)]
    public async Task Disposed_labs_leave_nothing_in_the_kernel() =>
        (await Witness.RunWithRoomForAsync(4, "make", "10")).ShouldSucceed().Output.Should().Contain("all made");

    [Fact(Timeout = Limit.OfATest)]
    public async Task Unfinished_connections_of_a_lab_leave_nothing_in_the_kernel()
    {
        using (LabNetwork network = Labs.TwoHosts("wifi"))
        {
            using Socket listener = network.Server().Listen(IPAddress.Loopback);
            if (!network.Server().Execute("ss", "--kill", "--tcp", "--all").Contains("127.0.0.1", StringComparison.Ordinal))
                Needs.Lacks("a kernel that aborts connections when told to (INET_DIAG_DESTROY).");
        }

        (await Witness.RunWithRoomForAsync(4, "unsent", "4")).ShouldSucceed().Output.Should().Contain("all made");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Labs_of_killed_processes_leave_nothing_in_the_kernel() =>
        (await Witness.RunWithRoomForAsync(4, "orphan", "3")).ShouldSucceed().Output.Should().Contain("all made");

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_lab_that_could_not_be_created_leaves_nothing_in_the_kernel() =>
        (await Witness.RunWithRoomForAsync(2, "fail")).ShouldSucceed().Output.Should().MatchRegex("unshare.*No space left on device[^$]*all made");

    /// <summary>The parts of a lab, as its witness reports them.</summary>
    sealed record Inventory(string[] Namespaces, int[] Processes)
    {
        internal static async Task<Inventory> ReadAsync(Child witness)
        {
            var lines = new List<string>();
            while (await witness.Output.ReadLineAsync().WaitAsync(Limit.OfAWait) is { } line && line != "ready")
                lines.Add(line);

            var inventory = new Inventory(
                [.. Values("namespace")], [.. Values("process").Select(process => int.Parse(process, CultureInfo.InvariantCulture))]);
            inventory.Namespaces.Should().HaveCount(2);
            inventory.Processes.Should().HaveCount(2, "there are a program and its child");
            return inventory;

            IEnumerable<string> Values(string name) => lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]);
        }
    }
}
