using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <content>What the lab itself does on a host.</content>
public partial class LabHost
{
    internal LabNetwork Network { get; }

    /// <summary>Prepares the host for links.</summary>
    internal virtual void Prepare()
    {
        SetSysctls(Plumbing.Settings);
        Tell(RouteRequests.BringLoopbackUp);
        Tell(Families.Both.Select(RouteRequests.PreferLinks));
    }

    internal void Add(LabLink link) => _links = [.. _links, link];

    internal void SetSysctls(IEnumerable<(string Name, string Value)> settings) => Run(() =>
    {
        foreach ((string name, string value) in settings)
            Write(name, value);
    });

    internal int ReadIndex(string device) => FindDevice(device)?.Index ?? throw new LabException($"Host '{Name}' has no device '{device}'.");

    /// <summary>Moves a device to where the unplugged ones are.</summary>
    internal void PutAway(LabInterface end)
    {
        LabHost backstage = Network.Backstage;
        int index = end.Index;
        if (!backstage.Look(() => NetworkDevice.Exists(backstage._namespace.Route, index)))
            backstage.Tell(RouteRequests.OccupyIndex(index)); // so that the device gets another one, which it keeps when it comes back

        Tell(RouteRequests.Move(index, backstage.NamespaceDescriptor, end.UnpluggedName));
    }

    /// <summary>Moves it back.</summary>
    internal void TakeBack(LabInterface end)
    {
        LabHost backstage = Network.Backstage;
        backstage.Tell(RouteRequests.Move(backstage.ReadIndex(end.UnpluggedName), NamespaceDescriptor, end.Name));
    }

    /// <summary>Moves the calling thread here, for the rest of its life.</summary>
    internal void EnterForGood() => _namespace.Enter();

    /// <inheritdoc cref="RouteSocket.TurnOffloadsOff"/>
    internal void TurnOffloadsOff(string device) => Look(() =>
    {
        _namespace.Route.TurnOffloadsOff(device);
        return true;
    });

    /// <summary>A descriptor of this process that stands for the host's namespace.</summary>
    internal int NamespaceDescriptor
    {
        get
        {
            ThrowIfGone();
            return (int)_namespace.Handle.DangerousGetHandle();
        }
    }

    /// <summary>Has the kernel do several things here, one after the other.</summary>
    /// <exception cref="LabException">The kernel refuses one.</exception>
    internal void Tell(params IEnumerable<RouteRequest> requests)
    {
        foreach (RouteRequest request in requests)
            Look(() => _namespace.Route.Request(request));
    }

    /// <summary>The same for what may not be there.</summary>
    internal void TellIfThere(IEnumerable<RouteRequest> requests)
    {
        foreach (RouteRequest request in requests)
            Look(() => _namespace.Route.Request(request, RouteConstants.ENODEV, RouteConstants.ENOENT, RouteConstants.ESRCH));
    }

    internal string[] ReadLines(string path) => Run(() => File.ReadAllLines(path));

    /// <summary>
    /// Waits until packets pass a device that is up at both ends. The kernel sees to that in its own time, and loses what is sent before. A device that somebody
    /// has removed is not waited for.
    /// </summary>
    internal void AwaitDevice(string name)
    {
        const int patience = 60_000; // in milliseconds: far more than it takes, also where other programs leave this one no processor
        if (!SpinWait.SpinUntil(() => FindDevice(name) is not { Passes: false }, patience)) // which pauses between two looks
            throw new LabException($"Interface '{name}' of host '{Name}' does not come up.");
    }

    /// <summary>Has tc(8) do several things.</summary>
    internal void Tc(IEnumerable<string> commands) => Batch("tc", s_batch, commands);

    /// <summary>Has nft(8) do several things, all or none.</summary>
    internal void Nft(IEnumerable<string> commands) => Batch("nft", ["-f", "-"], commands);

    internal void ThrowIfGone() => ObjectDisposedException.ThrowIf(_isGone, this);

    /// <summary>From now on nothing begins here.</summary>
    internal void Close() => _isGone = true;

    /// <summary>Removes the links that are still there: the kernel removes a device together with the device at the other end.</summary>
    internal void RemoveLinks()
    {
        foreach (LabLink link in _links)
            _namespace.Route.Request(RouteRequests.RemoveDevice(link.GetInterface(this).Name), RouteConstants.ENODEV);
    }

    /// <summary>Ends the programs that were started here, and lets none start any more.</summary>
    internal void EndPrograms() => _processes.Dispose();

    /// <summary>What the kernel calls the host's namespace.</summary>
    internal string NamespaceId => _namespace.Id;

    /// <summary>Lets go of the namespace.</summary>
    internal void Release()
    {
        try
        {
            if (HasConnections())
                _namespace.Run($"lab: {Name}", () => Command.Run("ss", ["--kill", "--tcp", "--mptcp", "--all"]));
        }
        catch (LabException)
        {
            // Not every kernel can abort connections: INET_DIAG_DESTROY. Then they hold the namespace for a minute or two.
        }
        finally
        {
            _namespace.Dispose();
        }
    }

    /// <summary>
    /// Whether there are connections, apart from listeners and those in TIME_WAIT. A connection that was closed, but has data left that no longer gets through,
    /// would hold the namespace for a minute or two.
    /// </summary>
    bool HasConnections()
    {
        const int state = 3; // after number, local and remote address: proc_pid_net(5)
        string[] harmless = ["0A", "06"]; // TCP_LISTEN and TCP_TIME_WAIT in net/tcp_states.h
        return _namespace.Run($"lab: {Name}", () =>
            (HasSockets("sockstat", "TCP: inuse 0 ") || HasSockets("sockstat6", "TCP6: inuse 0"))
            && Tables().Any(line => !harmless.Contains(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[state])));

        // Asked first: the kernel looks through the connections of the whole machine to write a table, which takes milliseconds.
        static bool HasSockets(string file, string none) =>
            File.Exists(Network(file)) && !File.ReadLines(Network(file)).Any(line => line.StartsWith(none, StringComparison.Ordinal));

        static IEnumerable<string> Tables() => new[] { Network("tcp"), Network("tcp6") }.Where(File.Exists).SelectMany(file => File.ReadLines(file).Skip(1));

        static string Network(string file) => $"/proc/thread-self/net/{file}";
    }

    /// <summary>One run of a program for several things.</summary>
    void Batch(string program, IEnumerable<string> arguments, IEnumerable<string> commands)
    {
        string input = Lines(commands);
        if (input.Length > 0)
            Ask(program, arguments, input);
    }

    /// <summary>Runs one of the lab's own programs, which is killed with the network as any other.</summary>
    string Ask(string program, IEnumerable<string> arguments, string input = "")
    {
        try
        {
            return Run(() => Command.Run(program, arguments, input));
        }
        catch (LabException e) when (_isGone)
        {
            throw new ObjectDisposedException($"Host '{Name}' has gone meanwhile.", e);
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

    NetworkDevice? FindDevice(string name) => Look(() => NetworkDevice.Find(_namespace.Route, name));

    /// <summary>Asks the kernel something, which it cannot answer once the host is gone.</summary>
    T Look<T>(Func<T> ask)
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

    /// <summary>Known beforehand, so that nothing needs to be looked up.</summary>
    static int EndpointId(LabLink link, AddressFamily family) => 2 * link.Number - (family == AddressFamily.InterNetwork ? 1 : 0);

    static string Words(LabEndpointRoles roles) => roles == LabEndpointRoles.None ? "" : roles.ToString().Replace(",", "", StringComparison.Ordinal).ToLowerInvariant();
}
