namespace Mptcp.Sockets.Info;

/// <summary>How many subflows the kernel says that a connection has.</summary>
static class SubflowCount
{
    /// <summary>The kernel counts those beside the first in a byte, so that more is none of its numbers, and nothing to make room for.</summary>
    internal const int Most = 1024;

    internal static int Check(uint? count) => count switch
    {
        <= Most => (int)count,
        null => throw new InvalidDataException("The kernel has not said how many subflows there are."),
        _ => throw new InvalidDataException($"The kernel says that a connection has {count} subflows."),
    };
}
