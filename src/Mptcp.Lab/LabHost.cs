using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// A host: a network namespace with its own devices, addresses, ports, firewall and Multipath TCP. A socket belongs to the host it was made on,
/// wherever it is used then, so one process can hold both ends of a connection. Can be used from several threads at once.
/// </summary>
public class LabHost
{
    const int MostSubflows = 8, MostEndpoints = 8; // MPTCP_PM_ADDR_MAX in net/mptcp/pm_netlink.c

    static readonly string[] s_batch = ["-batch", "-"];

    readonly NetworkNamespace _namespace;
    readonly ProcessParent _processes;
    volatile LabLink[] _links = []; // replaced, never changed
    volatile bool _isGone;

    internal LabHost(LabNetwork network, string name)
    {
        Network = network;
        Name = name;
        _namespace = NetworkNamespace.Create();
        _processes = ProcessParent.In(_namespace, name);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The links that it is on, in the order in which they were added.</summary>
    public IReadOnlyList<LabLink> Links => _links;

    /// <summary>Where other programs find its network as long as it lives, for a look inside: <c>nsenter --net=PATH ip address</c>.</summary>
    /// <exception cref="ObjectDisposedException">The network is gone.</exception>
    public string NamespacePath
    {
        get
        {
            ThrowIfGone();
            return _namespace.Path;
        }
    }

    /// <summary>
    /// Runs code on this host, on a thread of its own, and waits for its end. The sockets that it makes are this host's, and can be used anywhere.
    /// </summary>
    /// <remarks>What follows an <c>await</c> is not on the host: use <see cref="RunAsync{T}"/>.</remarks>
    /// <exception cref="ObjectDisposedException">The network is gone.</exception>
    public T Run<T>(Func<T> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        ThrowIfGone();
        return _namespace.Run($"lab: {Name}", body);
    }

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        Run(() =>
        {
            body();
            return true;
        });
    }

    /// <summary>
    /// Runs code on this host, on a thread of its own, to which its awaits come back. The sockets that it makes are this host's, and can be used anywhere.
    /// </summary>
    /// <remarks>
    /// What other code queues to the thread pool, or does after <c>ConfigureAwait(false)</c>, is not on the host. <see cref="System.Net.Http.HttpClient"/> does so: see
    /// <see cref="UseFor"/>.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        ThrowIfGone();
        return _namespace.RunAsync($"lab: {Name}", body);
    }

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public Task RunAsync(Func<Task> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return RunAsync(async () =>
        {
            await body().ConfigureAwait(true); // on the host
            return true;
        });
    }

    /// <summary>
    /// Makes the connections of an HTTP client begin on this host. If the handler has a <see cref="SocketsHttpHandler.ConnectCallback"/>, such as the one of MPTCP, that
    /// callback runs on the host; otherwise, the connections use TCP.
    /// </summary>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="InvalidOperationException">The handler was used already.</exception>
    public SocketsHttpHandler UseFor(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = handler.ConnectCallback ?? ConnectAsync;
        handler.ConnectCallback = (context, cancellationToken) => new ValueTask<Stream>(RunAsync(() => connect(context, cancellationToken).AsTask()));
        return handler;
    }

    /// <summary>
    /// Starts a program here. It is killed when the network is disposed of and when this process ends, and so are, then or when the next lab is made, those that
    /// it has started.
    /// </summary>
    /// <param name="start">
    /// What to start, with <see cref="ProcessStartInfo.UseShellExecute"/> false, arguments in the <see cref="ProcessStartInfo.ArgumentList"/>, and as the user that
    /// this process runs as.
    /// </param>
    /// <exception cref="ArgumentException">Another way of starting is asked for.</exception>
    /// <exception cref="LabException">It cannot be started.</exception>
    /// <exception cref="ObjectDisposedException">The network is gone.</exception>
    public Process Start(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.UseShellExecute || start.Arguments.Length > 0)
            throw new ArgumentException("A program on a host is started without a shell, its arguments in ArgumentList.", nameof(start));

        // What is left is for Windows or for a shell, and does nothing on Linux.
        if (start.UserName.Length > 0)
            throw new ArgumentException($"A program on a host is started as the user that this process runs as, not as '{start.UserName}'.", nameof(start));

        ThrowIfGone();
        return _processes.Start(start);
    }

    /// <summary>Starts a program here, with the standard streams of this process.</summary>
    /// <inheritdoc cref="Start(ProcessStartInfo)"/>
    public Process Start(string program, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        return Start(new ProcessStartInfo(program, arguments));
    }

    /// <summary>Runs a program here to its end and returns what it wrote to standard output. It is killed when the network is disposed.</summary>
    /// <exception cref="LabException">It cannot be started, or ends with another exit code than 0; the message has what it wrote to standard error.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public string Execute(string program, params IEnumerable<string> arguments) => Execute(program, arguments, Timeout.InfiniteTimeSpan);

    /// <summary>Runs a program here to its end, as <see cref="Execute(string, IEnumerable{string})"/> does, and kills it if it takes too long.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">How long it may take: above 0, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Kills it early.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not above 0.</exception>
    /// <exception cref="TimeoutException">It took too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <inheritdoc cref="Execute(string, IEnumerable{string})"/>
    public string Execute(string program, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A program needs more time than none.");

        cancellationToken.ThrowIfCancellationRequested();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return Command.Run(program, arguments, starter: Start, cancellationToken: limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{program}' on host '{Name}' has not ended within {timeout.TotalSeconds} s, and was killed.");
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException(e.Message, cancellationToken);
        }
    }

    /// <summary>Sets a kernel setting of this host's network, such as <c>net.mptcp.enabled</c>.</summary>
    /// <exception cref="ArgumentException">It is none of a network: all others are the whole machine's.</exception>
    /// <exception cref="LabException">This kernel has no such setting, or refuses the value.</exception>
    public void SetSysctl(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.StartsWith("net.", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal) || name.Contains('/'))
        {
            throw new ArgumentException(
                $"'{name}' is no setting of a host's network, as net.mptcp.enabled is; all others are the whole machine's.", nameof(name));
        }

        Run(() => Write(name, value));
    }

    /// <summary>
    /// Makes connections that are opened from here use every link: a subflow endpoint for the address of each, of both families, and room for as many subflows
    /// here and at all other hosts. For up to four links: the kernel has room for eight endpoints.
    /// </summary>
    /// <exception cref="LabException">There are more links, and nothing has changed; or there are some of these endpoints already.</exception>
    public void UseAllLinks()
    {
        int mostLinks = MostEndpoints / Families.Both.Length;
        if (_links.Length > mostLinks)
            throw new LabException($"Host '{Name}' is on {_links.Length} links, and the kernel has room for the endpoints of {mostLinks}.");

        foreach (LabHost host in Network.Hosts.Where(host => host is not LabRouter))
            host.SetLimits(MostSubflows, MostSubflows);

        foreach (LabLink link in _links)
        {
            foreach (AddressFamily family in Families.Both)
                AddEndpoint(link, LabEndpointRoles.Subflow, family);
        }
    }

    /// <summary>How many paths this host's connections may have.</summary>
    /// <param name="subflows">Beside the first: 0 to 8. The kernel's default is 2.</param>
    /// <param name="acceptedAddresses">How many addresses that peers announce are connected to: 0 to 8. The kernel's default is 0.</param>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public void SetLimits(int subflows, int acceptedAddresses) =>
        Mptcp(string.Create(CultureInfo.InvariantCulture, $"limits set subflows {subflows} add_addr_accepted {acceptedAddresses}"));

    /// <summary>Gives the kernel's path manager the address of this host on a link; connections that exist use it at once.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">The kernel refuses: it has this endpoint, or as many as it can, or the roles do not go together.</exception>
    public void AddEndpoint(LabLink link, LabEndpointRoles roles, AddressFamily family = AddressFamily.InterNetwork) =>
        Mptcp($"endpoint add {Address(link, family)} dev {link.GetInterface(this).Name} id {EndpointId(link, family)} {Words(roles)}");

    /// <summary>Changes whether it is a backup, also in connections that exist. The kernel changes no other role.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">There is no such endpoint.</exception>
    public void SetBackup(LabLink link, bool isBackup, AddressFamily family = AddressFamily.InterNetwork)
    {
        Address(link, family);
        Mptcp($"endpoint change id {EndpointId(link, family)} {(isBackup ? "backup" : "nobackup")}");
    }

    /// <summary>Takes it back, and closes the subflows that use it.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">There is no such endpoint.</exception>
    public void RemoveEndpoint(LabLink link, AddressFamily family = AddressFamily.InterNetwork)
    {
        Address(link, family);
        Mptcp($"endpoint delete id {EndpointId(link, family)}");
    }

    /// <summary>
    /// The kernel's Multipath TCP counters of this host by name (<c>MPTcpExt</c> of <c>/proc/net/netstat</c>), such as <c>MPJoinSynAckRx</c>. Those that this
    /// kernel lacks are not there; they count from 0 when the host is made.
    /// </summary>
    public IReadOnlyDictionary<string, long> ReadCounters()
    {
        const string prefix = "MPTcpExt:";
        string[][] lines = [.. ReadLines("/proc/thread-self/net/netstat")
            .Where(line => line.StartsWith(prefix, StringComparison.Ordinal))
            .Select(line => line[prefix.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        return lines is [var names, var values] && names.Length == values.Length
            ? names.Zip(values).ToDictionary(counter => counter.First, counter => long.Parse(counter.Second, CultureInfo.InvariantCulture))
            : [];
    }

    /// <summary>Its name.</summary>
    public override string ToString() => Name;

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
        const int patience = 10_000; // in milliseconds: far more than it takes
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
    /// Whether there are connections, listeners and those in TIME_WAIT aside. One that was closed, but has something to send that no longer gets through, would
    /// hold the namespace for a minute or two.
    /// </summary>
    bool HasConnections()
    {
        const int state = 3; // after number, local and remote address: proc_pid_net(5)
        string[] harmless = ["0A", "06"]; // TCP_LISTEN and TCP_TIME_WAIT in net/tcp_states.h
        string[] tables = ["/proc/thread-self/net/tcp", "/proc/thread-self/net/tcp6"];
        return _namespace.Run($"lab: {Name}", () => tables.Where(File.Exists).Any(
            file => File.ReadLines(file).Skip(1).Any(line => !harmless.Contains(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[state]))));
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
