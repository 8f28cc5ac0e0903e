namespace Mptcp.Netlink.PathManager;

/// <summary>
/// Says which flags of an endpoint a kernel ignored. A kernel reports success for a flag that it does not know, and leaves it out.
/// </summary>
static class IgnoredFlags
{
    static readonly (MptcpEndpointFlags Flag, Version First)[] s_recent =
    [
        (MptcpEndpointFlags.FullMesh, new Version(5, 15)),
        (MptcpEndpointFlags.Laminar, new Version(6, 18)),
    ];

    /// <summary>Returns the problem and the remedy; null if the kernel ignored no flag.</summary>
    /// <param name="asked">The flags that the kernel was asked for.</param>
    /// <param name="kept">The flags that it reports afterwards.</param>
    /// <param name="kernel">The version of the kernel.</param>
    internal static string? Find(MptcpEndpointFlags asked, MptcpEndpointFlags kept, Version kernel)
    {
        MptcpEndpointFlags ignored = asked & ~kept;
        if (ignored == 0)
            return null;

        Version? first = s_recent.Where(recent => (ignored & recent.Flag) != 0).Max(recent => recent.First);
        string remedy = first is null ? "Leave the flag out." : $"Leave the flag out, or run Linux {first} or later.";
        return $"this kernel ({kernel}) ignores the flag {ignored}. {remedy}";
    }
}
