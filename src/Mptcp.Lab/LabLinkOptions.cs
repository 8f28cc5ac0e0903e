using System.Net;

namespace Mptcp.Lab;

/// <summary>The options of a link: its rate, delay and networks.</summary>
public sealed class LabLinkOptions
{
    const double SlowestRate = 0.01, FastestRate = 10_000;

    /// <summary>
    /// Gets the rate in each direction, in megabits (10⁶ bits) per second, from 0.01 to 10,000, with a queue of 50 ms. The default is
    /// <see langword="null"/>: no limit. With a rate, the kernel passes packets one by one. Without one, it passes up to 64 KiB of packets
    /// as one.
    /// </summary>
    public double? MegabitsPerSecond { get; init; }

    /// <summary>
    /// Gets the time that a packet takes in each direction, from 0 to 10 s. The default is <see langword="null"/>: no delay, and none can
    /// be set later.
    /// </summary>
    /// <remarks>
    /// With a delay, a thread of this process carries the packets one by one, each with its checksum: the segmentation and checksum
    /// offloads of the devices are off. The MTU is the same as without a delay.
    /// </remarks>
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Gets the largest difference of a packet's time from <see cref="Delay"/>, at random, from 0 to the delay. The default is 0. Packets
    /// can overtake each other.
    /// </summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>
    /// Gets the IPv4 network. The first host gets its first address and the second host its second. The default is <see langword="null"/>:
    /// 10.0.<c>n</c>.0/24 for the <c>n</c>th link of the lab.
    /// </summary>
    public IPNetwork? IPv4Network { get; init; }

    /// <summary>
    /// Gets the IPv6 network. The first host gets its first address and the second host its second. The default is <see langword="null"/>:
    /// fd00:0:0:<c>n</c>::/64 for the <c>n</c>th link of the lab, with <c>n</c> in hexadecimal.
    /// </summary>
    public IPNetwork? IPv6Network { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A rate, delay or jitter is out of range.</exception>
    internal void Check(string link)
    {
        CheckRate(MegabitsPerSecond, link);
        WireDelay.Checked(Delay ?? TimeSpan.Zero, Jitter, link);
    }

    internal static void CheckRate(double? megabitsPerSecond, string link)
    {
        if (megabitsPerSecond is { } rate && !(rate is >= SlowestRate and <= FastestRate))
        {
            throw new ArgumentOutOfRangeException(
                nameof(megabitsPerSecond), rate, $"The rate of link '{link}' must be between {SlowestRate} and {FastestRate} megabits per second, or null.");
        }
    }
}
