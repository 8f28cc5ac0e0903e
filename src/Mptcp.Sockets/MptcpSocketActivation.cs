using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

/// <summary>
/// Takes over the listening sockets that systemd, or whoever else speaks its protocol, has started this process with (sd_listen_fds(3)). Over what they listen
/// is said there: Multipath TCP with <c>SocketProtocol=mptcp</c> in the socket unit, since systemd 257.
/// </summary>
public static class MptcpSocketActivation
{
    static readonly Lock s_lock = new();
    static readonly HashSet<int> s_taken = [];

    /// <summary>
    /// Takes over listening sockets, Multipath TCP and plain TCP ones alike, in the order they were handed over. They belong to the caller from now on, each with a
    /// descriptor of its own, close-on-exec, in blocking mode and with the backlog that it had; the original descriptors are closed. A socket is given once: a second call
    /// gives those that are left.
    /// </summary>
    /// <remarks>
    /// Kestrel's <c>UseSystemd</c> takes all descriptors there are by itself, and must not be used where some are taken here: give it single ones with <c>ListenHandle</c>.
    /// systemd keeps its own descriptors: a socket that is disposed of here goes on listening there, and is handed over again at the next start.
    /// Except where that ends a synchronous Accept that waits in another thread: .NET interrupts it by ending the listening, for everybody. Accept asynchronously, and cancel that.
    /// </remarks>
    /// <param name="name">The <c>FileDescriptorName=</c> of those to take; the others are neither looked at nor changed. Null for all.</param>
    /// <param name="unsetEnvironment">
    /// Whether the variables <c>LISTEN_FDS</c>, <c>LISTEN_PID</c> and <c>LISTEN_FDNAMES</c> are taken out of this process's environment, so that nobody, no program that it
    /// starts either, reads them again: later calls give nothing. It happens also where this method throws.
    /// It changes .NET's copy of the environment only: native code that calls getenv(3) in this process still finds them.
    /// </param>
    /// <param name="loggerFactory">Where it is logged what was taken over, and over what it listens, under the category <c>Mptcp.Sockets</c>. Null for nowhere.</param>
    /// <returns>The sockets; none where this process was given none, the variables are for another process (<c>LISTEN_PID</c>), or this is not Linux.</returns>
    /// <exception cref="InvalidOperationException">
    /// A variable makes no sense; or a descriptor is closed, or is not an IPv4 or IPv6 socket that listens for TCP or Multipath TCP: a Unix socket, say. Nothing was taken.
    /// </exception>
    /// <exception cref="SocketException">The system has no descriptors left, say. Nothing was taken.</exception>
    public static IReadOnlyList<MptcpActivatedSocket> GetListenSockets(string? name = null, bool unsetEnvironment = false, ILoggerFactory? loggerFactory = null)
    {
        if (!OperatingSystem.IsLinux())
            return [];

        lock (s_lock)
        {
            try
            {
                List<InheritedSocket> inherited = [.. ActivationVariables.Read()
                    .Where(given => (name is null || given.Name == name) && !s_taken.Contains(given.Descriptor))
                    .Select(given => InheritedSocket.Check(given.Descriptor, given.Name))];
                MptcpActivatedSocket[] sockets = Take(inherited);
                Report(sockets, Log.CreateLogger(loggerFactory));
                return sockets;
            }
            finally
            {
                if (unsetEnvironment)
                    ActivationVariables.Clear();
            }
        }
    }

    /// <summary>All or none.</summary>
    static MptcpActivatedSocket[] Take(List<InheritedSocket> inherited)
    {
        List<MptcpActivatedSocket> sockets = [];
        try
        {
            foreach (InheritedSocket given in inherited)
                sockets.Add(new MptcpActivatedSocket(given.Name, given.ToSocket()));
        }
        catch
        {
            foreach (MptcpActivatedSocket made in sockets)
                made.Socket.Dispose();

            throw;
        }

        foreach (InheritedSocket given in inherited)
        {
            s_taken.Add(given.Descriptor);
            given.Close();
        }

        return [.. sockets];
    }

    static void Report(MptcpActivatedSocket[] sockets, ILogger logger)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;

        foreach ((string name, Socket socket) in sockets)
            Log.Activated(logger, name, socket.LocalEndPoint, SocketProtocol.IsMptcp(socket) ? "MPTCP" : "TCP");
    }
}
