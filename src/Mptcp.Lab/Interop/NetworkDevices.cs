namespace Mptcp.Lab.Interop;

/// <summary>The network devices in the calling thread's network namespace: if_nametoindex(3).</summary>
static class NetworkDevices
{
    internal static int? FindIndex(string name) => Libc.if_nametoindex(name) is > 0 and var index ? (int)index : null;

    internal static unsafe string? FindName(int index)
    {
        byte* name = stackalloc byte[Libc.IF_NAMESIZE];
        return Libc.if_indextoname((uint)index, name) is null ? null : new string((sbyte*)name);
    }
}
