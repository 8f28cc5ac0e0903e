using System.Globalization;

namespace Mptcp.Testing;

/// <summary>
/// Starts a program with listening sockets, as systemd does for a socket unit: with descriptors from 3 on, the variables of
/// sd_listen_fds(3), and the id of the process, which executes the program.
/// </summary>
static class Systemd
{
    /// <summary>Replaced by the id of the process.</summary>
    internal const string OwnId = "own";

    // Each argument is a descriptor: PROTOCOL,ADDRESS,BACKLOG or a word for another kind. The variables are passed unchanged.
    const string Launcher =
        """
        import os, socket, sys
        pid, count, names, given = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4].split()
        def make(what):
            if what == 'file':
                return os.open('/dev/null', os.O_RDONLY)
            if what == 'pipe':
                return os.pipe()[0]
            if what == 'datagram':
                return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).detach()
            if what == 'unix':
                listener = socket.socket(socket.AF_UNIX)
                listener.bind('\0mptcp-tests-%d' % os.getpid())
                listener.listen()
                return listener.detach()
            protocol, address, backlog = what.split(',')
            family = socket.AF_INET6 if ':' in address else socket.AF_INET
            listener = socket.socket(family, socket.SOCK_STREAM, int(protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, 0))
            if int(backlog) >= 0:
                listener.listen(int(backlog))
            listener.setblocking(False)
            print(listener.getsockname()[1], flush=True)
            return listener.detach()
        made = [make(what) for what in given]
        high = [os.dup2(fd, 100 + i) for i, fd in enumerate(made)]
        os.closerange(3, 100)
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i, inheritable=True)
        os.closerange(100, 200)
        for name, value in ('LISTEN_PID', pid), ('LISTEN_FDS', count), ('LISTEN_FDNAMES', names):
            if value == 'own':
                os.environ[name] = str(os.getpid())
            elif value != '-':
                os.environ[name] = value
        os.execvp(sys.argv[5], sys.argv[5:])
        """;

    /// <summary>Describes a listening socket to pass.</summary>
    internal static string Listening(int protocol, string address = "127.0.0.1", int backlog = 16) =>
        string.Create(CultureInfo.InvariantCulture, $"{protocol},{address},{backlog}");

    /// <summary>
    /// Starts a program with these descriptors and variables, <c>-</c> for none. It first prints the port of each TCP socket.
    /// </summary>
    internal static Child Start(
        string[] descriptors, string[] command, string? names = null, string? count = null, string processId = OwnId, IReadOnlyDictionary<string, string>? environment = null)
    {
        string python = Needs.Python();
        count ??= descriptors.Length.ToString(CultureInfo.InvariantCulture);
        return Child.Start(python, ["-c", Launcher, processId, count, names ?? "-", string.Join(' ', descriptors), .. command], environment);
    }
}
