using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Captures of a link, read by tcpdump(8).</summary>
public sealed class CaptureTests : IDisposable
{
    readonly string _tcpdump = Needs.Program("tcpdump", "tcpdump");
    readonly LabNetwork _network = Labs.TwoHosts("wifi", "sound");
    readonly LabLink _wifi;
    readonly TemporaryDirectory _directory = new();

    public CaptureTests() => _wifi = _network.GetLink("wifi");

    public void Dispose()
    {
        _network.Dispose();
        _directory.Dispose();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Every_packet_of_both_directions_is_in_the_file_with_its_data()
    {
        Needs.Mptcp();
        string file = _directory.File("wifi.pcapng");
        string[] expected = ["capable", "length 1000", "> 10.0.1.2", "> 10.0.1.1"];
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        using (_wifi.Capture(file))
        using (await MptcpPair.OverAsync(_wifi))
            await Labs.EchoesAsync(_network.GetLink("sound"), AddressFamily.InterNetwork); // which is not in it

        string[] lines = await ReadAsync(file, "-tt");
        foreach (string part in expected)
            lines.Should().Contain(line => line.Contains(part, StringComparison.Ordinal));

        lines.Where(line => line.Contains("Flags [S]", StringComparison.Ordinal)).Should().ContainSingle().Which.Should().Contain("mptcp").And.Contain("capable");
        lines.Should().NotContain(line => line.Contains("10.0.2.", StringComparison.Ordinal));
        double.Parse(lines[0].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(before, before + Limit.OfAWait.TotalSeconds);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Packets_that_a_fault_drops_are_in_the_file()
    {
        Needs.LabFaults();
        string file = _directory.File("wifi.pcapng");
        using (_wifi.Blackhole())
        using (_wifi.Capture(file))
            (await Postman.DeliverAsync(_wifi, _network.GetLink("sound"), _network.Server())).Should().Be(0);

        (await ReadAsync(file)).Should().Contain(line => line.Contains("10.0.1.2", StringComparison.Ordinal) && line.Contains("UDP, length 1", StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_file_is_complete_when_the_network_is_disposed()
    {
        string file = _directory.File("wifi.pcapng");
        LabCapture capture = _wifi.Capture(file);
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetworkV6);

        _network.Dispose();
        capture.Dispose();

        (await ReadAsync(file)).Should().Contain(line => line.Contains("Flags [S]", StringComparison.Ordinal));
        FluentActions.Invoking(() => _wifi.Capture(file)).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        string missing = _directory.File("no/such/file"), used = _directory.File("used");
        using LabCapture capture = _wifi.Capture(used);

        FluentActions.Invoking(() => _wifi.Capture(missing)).Should().Throw<IOException>().WithMessage($"*{missing}*");
        FluentActions.Invoking(() => _wifi.Capture(used)).Should().Throw<IOException>().WithMessage($"*{used}*");
        FluentActions.Invoking(() => _wifi.Capture(_directory.File(""))).Should().Throw<UnauthorizedAccessException>();
        FluentActions.Invoking(() => _wifi.Capture("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => _wifi.Capture(null!)).Should().Throw<ArgumentNullException>();
    }

    /// <summary>Runs tcpdump without privileges: as root, it becomes another user, who cannot read the file.</summary>
    async Task<string[]> ReadAsync(string file, params string[] options) =>
        (await Child.RunAsync(Needs.Program("unshare", "util-linux"), ["--user", _tcpdump, "-n", .. options, "-r", file])).ShouldSucceed().Output.TrimEnd().Split('\n');
}
