using System.Net;

namespace Mptcp.Lab;

/// <summary>How a link is, beside what it connects.</summary>
public sealed class LabLinkOptions
{
    const double SlowestRate = 0.01, FastestRate = 10_000;

    /// <summary>
    /// Gets how fast the link is in each direction, in megabits (10⁶ bits) per second: 0.01 to 10,000, with a queue of 50 ms. The default is <see langword="null"/>:
    /// as fast as the machine. With a rate, each packet is on its way alone; without one, the kernel passes up to 64 KiB of packets as one.
    /// </summary>
    public double? MegabitsPerSecond { get; init; }

    /// <summary>
    /// Gets how long a packet takes in each direction: 0 to 10 s. The default is <see langword="null"/>: no time, and it cannot be changed later.
    /// </summary>
    /// <remarks>
    /// With a delay, a thread of this process carries the packets. Each packet is on its way alone, with its checksum: the segmentation and checksum offloads of the
    /// devices are off. The MTU is that of other links.
    /// </remarks>
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Gets by how much the time that a packet takes differs from <see cref="Delay"/> at most, at random: 0 to the delay. The default is 0. Packets can overtake
    /// each other.
    /// </summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>
    /// Gets the IPv4 network, of which the first host gets the first address and the second host the second. The default is <see langword="null"/>: 10.0.<c>n</c>.0/24
    /// for the <c>n</c>th link of the network.
    /// </summary>
    public IPNetwork? IPv4Network { get; init; }

    /// <summary>
    /// Gets the IPv6 network, of which the first host gets the first address and the second host the second. The default is <see langword="null"/>:
    /// fd00:0:0:<c>n</c>::/64 for the <c>n</c>th link of the network, <c>n</c> in hexadecimal.
    /// </summary>
    public IPNetwork? IPv6Network { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A rate, delay or jitter is out of its range.</exception>
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
