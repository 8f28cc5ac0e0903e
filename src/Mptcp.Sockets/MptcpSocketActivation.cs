using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets;

/// <summary>
/// Takes over the listening sockets that systemd, or another program with its protocol, passed to this process (sd_listen_fds(3)).
/// </summary>
/// <remarks>The socket unit decides on the protocol: with <c>SocketProtocol=mptcp</c> (systemd 257), the sockets use MPTCP.</remarks>
public static class MptcpSocketActivation
{
    static readonly Lock s_lock = new();
    static readonly HashSet<int> s_taken = [];

    /// <summary>
    /// Takes over the listening sockets, MPTCP and TCP ones alike, in the order in which they were passed.
    /// </summary>
    /// <remarks>
    /// <para>
    /// The caller owns the sockets. Each has a new descriptor with close-on-exec, blocking mode and its previous backlog. The original
    /// descriptors are closed. Each socket is returned once; a second call returns the remaining ones.
    /// </para>
    /// <para>
    /// Kestrel's <c>UseSystemd</c> takes all descriptors. Do not combine it with this method: pass single sockets to Kestrel with
    /// <c>ListenHandle</c>.
    /// </para>
    /// <para>
    /// systemd keeps its own descriptors. A socket that is disposed of here continues to listen there, and systemd passes it again at the
    /// next start. There is one exception: if disposing interrupts a synchronous Accept of another thread, .NET ends the listening for
    /// everybody. Accept asynchronously, and cancel the accept.
    /// </para>
    /// </remarks>
    /// <example><code>foreach ((string name, Socket socket) in MptcpSocketActivation.TakeListenSockets()) Console.WriteLine($"{name}: {socket.LocalEndPoint}");</code></example>
    /// <param name="name">
    /// The <c>FileDescriptorName=</c> of the sockets to take, or <see langword="null"/> for all. Other sockets are not changed.
    /// </param>
    /// <param name="unsetEnvironment">
    /// <see langword="true"/> to remove the variables <c>LISTEN_FDS</c>, <c>LISTEN_PID</c> and <c>LISTEN_FDNAMES</c> from the environment
    /// of this process, even if this method throws. Later calls then return nothing, and started programs do not see the variables. Native
    /// code that calls getenv(3) still sees them.
    /// </param>
    /// <param name="loggerFactory">
    /// The logger factory, or <see langword="null"/> for no logs. A log entry of the category <c>Mptcp.Sockets</c> names the address and
    /// the protocol of each socket.
    /// </param>
    /// <returns>
    /// The sockets. Empty if this process was passed none, if the variables are for another process (<c>LISTEN_PID</c>), or if the system
    /// is not Linux.
    /// </returns>
    /// <exception cref="InvalidOperationException">
    /// A variable is invalid, or a descriptor is closed or is not a listening TCP or MPTCP socket of IPv4 or IPv6. No socket was taken.
    /// </exception>
    /// <exception cref="SocketException">
    /// The system could not create a descriptor, for example because the process has too many. No socket was taken.
    /// </exception>
    public static IReadOnlyList<MptcpActivatedSocket> TakeListenSockets(string? name = null, bool unsetEnvironment = false, ILoggerFactory? loggerFactory = null)
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

    /// <summary>Takes all sockets or none.</summary>
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
