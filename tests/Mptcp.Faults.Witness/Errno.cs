namespace Mptcp.Faults.Witness;

/// <summary>Numbers of Linux on x86-64 and arm64: errno(3), asm-generic/errno.h.</summary>
static class Errno
{
    internal const int
        EPERM = 1, ENOENT = 2, EINTR = 4, EIO = 5, EBADF = 9, ENOMEM = 12, EACCES = 13, EBUSY = 16, EINVAL = 22, ENFILE = 23, EMFILE = 24, ENOSPC = 28,
        ENOPROTOOPT = 92, EADDRINUSE = 98, EADDRNOTAVAIL = 99, ENETUNREACH = 101, ECONNABORTED = 103, ENOBUFS = 105, ENOTCONN = 107;

    /// <summary>Results of getaddrinfo(3): netdb.h.</summary>
    internal const int EAI_NONAME = -2, EAI_AGAIN = -3, EAI_FAIL = -4, EAI_MEMORY = -10;

    static readonly Dictionary<int, string> s_names = typeof(Errno).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
        .Where(field => field.IsLiteral)
        .ToDictionary(field => (int)field.GetRawConstantValue()!, field => field.Name);

    internal static string Name(int errno) => s_names[errno];
}
