using System.Net;

namespace Mptcp.Lab;

/// <summary>How a link is, beside what it connects.</summary>
public sealed class LabLinkOptions
{
    /// <summary>
    /// How fast it is in each direction, in megabits (10⁶ bits) per second, with a queue of 50 ms: from 0.01 to 10,000. The default is null: as fast
    /// as the machine. Packets are lost and reordered one by one only where this is set; otherwise the kernel passes up to 64 KiB of them as one.
    /// </summary>
    public double? MegabitsPerSecond { get; init; }

    /// <summary>
    /// Its IPv4 network, of which the first host gets the first address and the second the second. The default is null: 10.0.<c>n</c>.0/24 for the
    /// <c>n</c>th link of the topology.
    /// </summary>
    public IPNetwork? IPv4Network { get; init; }

    /// <summary>Its IPv6 network, likewise. The default is null: fd00:0:0:<c>n</c>::/64, <c>n</c> in hexadecimal.</summary>
    public IPNetwork? IPv6Network { get; init; }
}
