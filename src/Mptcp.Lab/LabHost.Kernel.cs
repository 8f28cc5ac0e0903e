using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// The operations of the lab itself on a host.
public partial class LabHost
{
    internal LabNetwork Network { get; }

    /// <summary>Prepares the host for links.</summary>
    internal virtual void Prepare()
    {
        SetSysctls(Plumbing.Settings);
        Request(RouteRequests.BringLoopbackUp);
        Request(Families.Both.Select(RouteRequests.PreferLinks));
    }

    internal void Add(LabLink link) => _links = [.. _links, link];

    internal void SetSysctls(IEnumerable<(string Name, string Value)> settings) => Run(() =>
    {
        foreach ((string name, string value) in settings)
            Write(name, value);
    });

    internal int ReadIndex(string device) => FindDevice(device)?.Index ?? throw new LabException($"Host '{Name}' has no device '{device}'.");

    /// <summary>
    /// Moves a device to the namespace of the unplugged devices. It gets another index there, because its own is in use, and keeps it when it
    /// comes back.
    /// </summary>
    internal void MoveToBackstage(LabInterface end)
    {
        lock (Network.BackstageLock) // no other unplugged device leaves with the index before this one has come
        {
            LabHost backstage = Network.Backstage;
            int index = end.Index;
            backstage.RequestIfAbsent(RouteRequests.OccupyIndex(index));
            Request(RouteRequests.Move(index, backstage.NamespaceDescriptor, end.UnpluggedName));
        }
    }

    /// <summary>Moves a device back from there.</summary>
    internal void MoveFromBackstage(LabInterface end)
    {
        lock (Network.BackstageLock)
        {
            LabHost backstage = Network.Backstage;
            backstage.Request(RouteRequests.Move(backstage.ReadIndex(end.UnpluggedName), NamespaceDescriptor, end.Name));
        }
    }

    /// <summary>Moves the calling thread to this host, for the rest of its life.</summary>
    internal void EnterPermanently() => _namespace.Enter();

    /// <inheritdoc cref="RouteSocket.TurnOffloadsOff"/>
    internal void TurnOffloadsOff(string device) => Query(() =>
    {
        _namespace.Route.TurnOffloadsOff(device);
        return true;
    });

    /// <summary>Gets a descriptor of this process that refers to the namespace of the host.</summary>
    internal int NamespaceDescriptor
    {
        get
        {
            ThrowIfGone();
            return (int)_namespace.Handle.DangerousGetHandle();
        }
    }

    /// <summary>Sends requests to the kernel for this host, one after another.</summary>
    /// <exception cref="LabException">The kernel refuses one.</exception>
    internal void Request(params IEnumerable<RouteRequest> requests)
    {
        foreach (RouteRequest request in requests)
            Query(() => _namespace.Route.Request(request));
    }

    /// <summary>Sends requests about things that may not exist.</summary>
    internal void RequestIfPresent(IEnumerable<RouteRequest> requests)
    {
        foreach (RouteRequest request in requests)
            Query(() => _namespace.Route.Request(request, RouteConstants.ENODEV, RouteConstants.ENOENT, RouteConstants.ESRCH));
    }

    /// <summary>Sends a request to add something that may exist.</summary>
    internal void RequestIfAbsent(RouteRequest request) => Query(() => _namespace.Route.Request(request, RouteConstants.EEXIST));

    internal string[] ReadLines(string path) => Run(() => File.ReadAllLines(path));

    /// <summary>
    /// Waits until a device that is up at both ends passes packets. The kernel enables it with a delay, and drops what is sent before. If
    /// somebody removed the device, there is no wait.
    /// </summary>
    internal void AwaitDevice(string name)
    {
        const int patience = 60_000; // in milliseconds: far longer than it takes, even if other programs take all processors
        if (!SpinWait.SpinUntil(() => FindDevice(name) is not { Passes: false }, patience)) // pauses between two looks
            throw new LabException($"Interface '{name}' of host '{Name}' does not come up.");
    }

    /// <summary>Runs commands of tc(8).</summary>
    internal void Tc(IEnumerable<string> commands) => Batch("tc", s_batch, commands);

    /// <summary>Runs commands of nft(8), all or none.</summary>
    internal void Nft(IEnumerable<string> commands) => Batch("nft", ["-f", "-"], commands);

    internal void ThrowIfGone() => ObjectDisposedException.ThrowIf(_isGone, this);

    /// <summary>Prevents new operations on this host.</summary>
    internal void Close() => _isGone = true;

    /// <summary>Removes the remaining links. The kernel removes a device together with its peer.</summary>
    internal void RemoveLinks()
    {
        foreach (LabLink link in _links)
            _namespace.Route.Request(RouteRequests.RemoveDevice(link.GetInterface(this).Name), RouteConstants.ENODEV);
    }

    /// <summary>Kills the programs that were started on this host, and prevents new ones.</summary>
    internal void EndPrograms() => _processes.Dispose();

    /// <summary>Gets the kernel's name of the namespace of the host.</summary>
    internal string NamespaceId => _namespace.Id;

    /// <summary>Releases the namespace.</summary>
    internal void Release()
    {
        try
        {
            if (HasConnections())
                _namespace.Run($"lab: {Name}", () => Command.Run("ss", ["--kill", "--tcp", "--mptcp", "--all"]));
        }
        catch (LabException)
        {
            // Not every kernel can abort connections: INET_DIAG_DESTROY. Otherwise they hold the namespace for a minute or two.
        }
        finally
        {
            _namespace.Dispose();
        }
    }

    /// <summary>
    /// Returns whether there are connections, except listeners and those in TIME_WAIT. A closed connection with data that no longer gets
    /// through would hold the namespace for a minute or two.
    /// </summary>
    bool HasConnections()
    {
        const int state = 3; // after number, local and remote address: proc_pid_net(5)
        string[] harmless = ["0A", "06"]; // TCP_LISTEN and TCP_TIME_WAIT in net/tcp_states.h
        return _namespace.Run($"lab: {Name}", () =>
            (HasSockets("sockstat", "TCP: inuse 0 ") || HasSockets("sockstat6", "TCP6: inuse 0"))
            && Tables().Any(line => !harmless.Contains(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[state])));

        // Asked first: to write a table, the kernel looks through the connections of the whole machine, which takes milliseconds.
        static bool HasSockets(string file, string none) =>
            File.Exists(Network(file)) && !File.ReadLines(Network(file)).Any(line => line.StartsWith(none, StringComparison.Ordinal));

        static IEnumerable<string> Tables() => new[] { Network("tcp"), Network("tcp6") }.Where(File.Exists).SelectMany(file => File.ReadLines(file).Skip(1));

        static string Network(string file) => $"/proc/thread-self/net/{file}";
    }

    /// <summary>Runs a program once for several commands.</summary>
    void Batch(string program, IEnumerable<string> arguments, IEnumerable<string> commands)
    {
        string input = Lines(commands);
        if (input.Length > 0)
            Ask(program, arguments, input);
    }

    /// <summary>Runs a program of the lab itself. Like every program on a host, it is killed with the network.</summary>
    string Ask(string program, IEnumerable<string> arguments, string input = "")
    {
        try
        {
            return Run(() => Command.Run(program, arguments, input));
        }
        catch (LabException e) when (_isGone)
        {
            throw new ObjectDisposedException($"Host '{Name}' is gone.", e);
        }
    }

    static string Lines(IEnumerable<string> commands) => string.Concat(commands.Select(command => $"{command}\n"));

    void Mptcp(string command) => Batch("ip", s_batch, [$"mptcp {command}"]);

    static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    NetworkDevice? FindDevice(string name) => Query(() => NetworkDevice.Find(_namespace.Route, name));

    /// <summary>Asks the kernel about the host. If the host is gone, throws <see cref="ObjectDisposedException"/>.</summary>
    T Query<T>(Func<T> ask)
    {
        ThrowIfGone();
        try
        {
            return ask();
        }
        catch (LabException e)
        {
            ThrowIfGone();
            throw new LabException($"Host '{Name}' {e.Message}", e);
        }
    }

    void Write(string setting, string value)
    {
        try
        {
            File.WriteAllText($"/proc/sys/{setting.Replace('.', '/')}", value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LabException($"Host '{Name}' cannot set {setting} to {value}: {e.Message}", e);
        }
    }

    string Address(LabLink link, AddressFamily family)
    {
        ArgumentNullException.ThrowIfNull(link);
        return link.GetAddress(this, family).ToString();
    }

    /// <summary>Computed, so that nothing needs to be looked up.</summary>
    static int EndpointId(LabLink link, AddressFamily family) => 2 * link.Number - (family == AddressFamily.InterNetwork ? 1 : 0);

    static string Keywords(LabEndpointRoles roles) => roles == LabEndpointRoles.None ? "" : roles.ToString().Replace(",", "", StringComparison.Ordinal).ToLowerInvariant();
}
