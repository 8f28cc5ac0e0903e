using Mptcp.Netlink.Policies.Interfaces;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Decides when a path is too slow, without a kernel.</summary>
public class PathSpeedTests
{
    static readonly MptcpInterfacesPolicyOptions s_options = new()
    {
        SlowAbove = TimeSpan.FromMilliseconds(300),
        RecoveredBelow = TimeSpan.FromMilliseconds(200),
        RetryAfter = TimeSpan.FromSeconds(10),
    };

    [Theory]
    [InlineData("0:100 1:300", "fast fast")] // the limit itself is not above the limit
    [InlineData("0:301", "slow")]
    [InlineData("0:100 1:400 2:250 3:201 4:200 5:250", "fast slow slow slow fast fast")] // between the two limits, the state does not change
    [InlineData("0:400 9:- 10:-", "slow slow fast")] // nothing is measured, so the path is tried again
    [InlineData("0:400 5:400 14:- 15:-", "slow slow slow fast")] // the time counts from the last measurement
    [InlineData("0:400 10:- 11:400 30:- 31:-", "slow fast slow slow fast")] // the second trial takes twice as long
    [InlineData("0:400 10:- 11:100 12:400 22:-", "slow fast fast slow fast")] // unless the path was fast in between
    [InlineData("0:- 1:-", "fast fast")]
    public void Measurements_decide_whether_a_path_is_slow(string measurements, string expected)
    {
        var speed = default(PathSpeed);
        long acked = 0;
        var said = new List<string>();
        foreach (string[] parts in measurements.Split(' ').Select(measurement => measurement.Split(':')))
        {
            bool isMeasured = parts[1] != "-";
            acked += isMeasured ? 1000 : 0;
            TimeSpan? rtt = isMeasured ? TimeSpan.FromMilliseconds(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture)) : TimeSpan.FromMilliseconds(999);
            speed = speed.Next(rtt, acked, TimeSpan.FromSeconds(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)), s_options);
            said.Add(speed.IsSlow ? "slow" : "fast");
        }

        string.Join(' ', said).Should().Be(expected);
    }
}
