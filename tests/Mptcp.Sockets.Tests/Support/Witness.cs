using System.Globalization;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Runs the program of tests/Mptcp.Sockets.Witness, for tests that need a separate process.</summary>
static class Witness
{
    internal static string[] Command(params string[] arguments) => ["dotnet", Repository.Assembly("tests/Mptcp.Sockets.Witness"), .. arguments];

    /// <summary>Starts the program in the network namespace of the calling thread.</summary>
    internal static Child Start(params string[] arguments)
    {
        string[] command = Command(arguments);
        return Child.Start(command[0], command[1..]);
    }

    internal static Task<Child.Result> RunAsync(string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        RunBehindAsync([], arguments, environment);

    /// <summary>Runs under a seccomp filter that answers socket(2) for a protocol with an errno, as a container's policy does.</summary>
    internal static Task<Child.Result> RunRefusedAsync(int protocol, int errno, params string[] arguments) =>
        RunBehindAsync([Needs.Python(), "-c", SeccompLauncher, protocol.ToString(CultureInfo.InvariantCulture), errno.ToString(CultureInfo.InvariantCulture)], arguments);

    /// <summary>Runs with another /etc/hosts, in a mount namespace.</summary>
    internal static async Task<Child.Result> RunWithHostsAsync(string hosts, params string[] arguments)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, hosts);
            string[] enter = [await Needs.MountNamespacesAsync(), "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", file];
            return await RunBehindAsync(enter, arguments);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Runs behind a launcher, which executes the program.</summary>
    internal static Task<Child.Result> RunBehindAsync(string[] launcher, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] command = [.. launcher, .. Command(arguments)];
        return Child.RunAsync(command[0], command[1..], environment);
    }

    // A classic BPF program over struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6]; }, after seccomp(2).
    const string SeccompLauncher =
        """
        import ctypes, os, platform, struct, sys
        protocol, errno, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
        NR_SOCKET = {'x86_64': 41, 'aarch64': 198}[platform.machine()]
        LOAD, JEQ, RET = 0x20, 0x15, 0x06
        ALLOW, ERRNO = 0x7fff0000, 0x00050000
        program = b''.join(struct.pack('HBBI', *i) for i in [
            (LOAD, 0, 0, 0), (JEQ, 0, 3, NR_SOCKET),
            (LOAD, 0, 0, 16 + 2 * 8), (JEQ, 0, 1, protocol),
            (RET, 0, 0, ERRNO | errno), (RET, 0, 0, ALLOW)])
        buffer = ctypes.create_string_buffer(program)
        class Filter(ctypes.Structure):
            _fields_ = [('length', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
        libc = ctypes.CDLL(None, use_errno=True)
        PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2
        for call in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(Filter(len(program) // 8, ctypes.addressof(buffer))), 0, 0)]:
            if libc.prctl(*call) != 0:
                sys.exit(f'prctl: {os.strerror(ctypes.get_errno())}')
        os.execvp(command[0], command)
        """;
}
