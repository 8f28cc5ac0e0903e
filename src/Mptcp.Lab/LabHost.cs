using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// A host: a network namespace with its own devices, addresses, ports, firewall and MPTCP. A socket belongs to the host on which it was made, wherever it is
/// used, so one process can hold both ends of a connection. Thread-safe.
/// </summary>
public partial class LabHost
{
    const int MostSubflows = 8; // of a connection and, as endpoints, of a host, before Linux 7.2: 64 since

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

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the links that the host is on, in the order in which they were added.</summary>
    public IReadOnlyList<LabLink> Links => _links;

    /// <summary>Gets the path of the host's network namespace, for other programs: <c>nsenter --net=PATH ip address</c>.</summary>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
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
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>using Socket socket = phone.Run(() =&gt; MptcpSocket.Connect(address));</code></example>
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
    /// Code that runs on the thread pool, or after <c>ConfigureAwait(false)</c>, is not on the host. <see cref="System.Net.Http.HttpClient"/> has such code: see
    /// <see cref="UseFor"/>.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>using Socket socket = await phone.RunAsync(() =&gt; MptcpSocket.ConnectAsync(address).AsTask());</code></example>
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
    /// <remarks>A callback that makes further sockets from the thread pool, as that of MPTCP does if the first attempt is not answered, makes those elsewhere.</remarks>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="InvalidOperationException">The handler was used already.</exception>
    /// <example><code>using var http = new HttpClient(phone.UseFor(new SocketsHttpHandler().UseMptcp()));</code></example>
    public SocketsHttpHandler UseFor(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = handler.ConnectCallback ?? ConnectAsync;
        handler.ConnectCallback = (context, cancellationToken) => new ValueTask<Stream>(RunAsync(() => connect(context, cancellationToken).AsTask()));
        return handler;
    }

    /// <summary>
    /// Starts a program on this host. The program is killed when the network is disposed, and when this process ends. Programs that it has started are killed then as
    /// well, or when the next lab is made.
    /// </summary>
    /// <param name="start">
    /// The program, with <see cref="ProcessStartInfo.UseShellExecute"/> <see langword="false"/>, its arguments in <see cref="ProcessStartInfo.ArgumentList"/>, and
    /// without another user.
    /// </param>
    /// <exception cref="ArgumentException">The program should be started in another way.</exception>
    /// <exception cref="LabException">The program cannot be started.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
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

    /// <summary>Starts a program on this host, with the standard streams of this process.</summary>
    /// <inheritdoc cref="Start(ProcessStartInfo)"/>
    /// <example><code>using Process program = server.Start("iperf3", "--server");</code></example>
    public Process Start(string program, params IEnumerable<string> arguments)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        return Start(new ProcessStartInfo(program, arguments));
    }

    /// <summary>Runs a program on this host to its end and returns what it wrote to standard output. It is killed when the network is disposed.</summary>
    /// <exception cref="LabException">The program cannot be started, or its exit code is not 0. The message contains its standard error.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>string routes = phone.Execute("ip", "route");</code></example>
    public string Execute(string program, params IEnumerable<string> arguments) => Execute(program, arguments, Timeout.InfiniteTimeSpan);

    /// <summary>Runs a program on this host to its end, as <see cref="Execute(string, IEnumerable{string})"/> does, and kills it if it takes too long.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="timeout">The time that it may take: above 0, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Kills the program early.</param>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is not above 0.</exception>
    /// <exception cref="TimeoutException">The program took longer than <paramref name="timeout"/>, and was killed.</exception>
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
    /// <exception cref="ArgumentException">The setting is not one of a network: others are those of the whole machine.</exception>
    /// <exception cref="LabException">This kernel has no such setting, or refuses the value.</exception>
    /// <example><code>server.SetSysctl("net.mptcp.enabled", "0");</code></example>
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
    /// Makes the MPTCP connections of this host use all its links. Each of its addresses becomes a subflow endpoint, and the limits of all hosts allow eight subflows,
    /// or one an endpoint if there are more. A host can use up to four links, with Linux 7.2 or later up to 32: the kernel has room for 8 or 64 endpoints.
    /// </summary>
    /// <exception cref="LabException">
    /// The kernel has no room for the endpoints of so many links, and nothing has changed; or one of these endpoints exists.
    /// </exception>
    public void UseAllLinks()
    {
        int endpoints = Families.Both.Length * _links.Length, subflows = Math.Max(MostSubflows, endpoints);
        try
        {
            foreach (LabHost host in Network.Hosts.Where(host => host is not LabRouter))
                host.SetLimits(subflows, subflows);
        }
        catch (LabException e) when (endpoints > MostSubflows && e is not LabNotSupportedException)
        {
            throw new LabException($"Host '{Name}' is on {_links.Length} links, and the kernel has no room for their {endpoints} endpoints: {e.Message}", e);
        }

        foreach (LabLink link in _links)
        {
            foreach (AddressFamily family in Families.Both)
                AddEndpoint(link, LabEndpointRoles.Subflow, family);
        }
    }

    /// <summary>Sets how many subflows the connections of this host can have.</summary>
    /// <param name="subflows">The subflows beside the first: 0 to 8, with Linux 7.2 or later 0 to 64. The kernel's default is 2.</param>
    /// <param name="acceptedAddresses">The announced addresses of a peer to which this host connects, in the same range. The kernel's default is 0.</param>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public void SetLimits(int subflows, int acceptedAddresses) =>
        Mptcp(string.Create(CultureInfo.InvariantCulture, $"limits set subflows {subflows} add_addr_accepted {acceptedAddresses}"));

    /// <summary>Adds the address of this host on a link to the kernel's path manager. Existing connections use it at once.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">The kernel refuses: the endpoint exists, there is no room for another, or the roles exclude each other.</exception>
    public void AddEndpoint(LabLink link, LabEndpointRoles roles, AddressFamily family = AddressFamily.InterNetwork) =>
        Mptcp($"endpoint add {Address(link, family)} dev {link.GetInterface(this).Name} id {EndpointId(link, family)} {Words(roles)}");

    /// <summary>Sets whether the endpoint of a link is a backup, also for existing connections. The kernel changes no other role.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">There is no such endpoint.</exception>
    public void SetBackup(LabLink link, bool isBackup, AddressFamily family = AddressFamily.InterNetwork)
    {
        Address(link, family);
        Mptcp($"endpoint change id {EndpointId(link, family)} {(isBackup ? "backup" : "nobackup")}");
    }

    /// <summary>Removes the endpoint of a link, and closes the subflows that use it.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">There is no such endpoint.</exception>
    public void RemoveEndpoint(LabLink link, AddressFamily family = AddressFamily.InterNetwork)
    {
        Address(link, family);
        Mptcp($"endpoint delete id {EndpointId(link, family)}");
    }

    /// <summary>
    /// Gets the kernel's MPTCP counters of this host by name, such as <c>MPJoinSynAckRx</c> (<c>MPTcpExt</c> in <c>/proc/net/netstat</c>). They are 0 when the
    /// host is made. Counters that this kernel lacks are left out.
    /// </summary>
    /// <example><code>long joins = server.ReadCounters().GetValueOrDefault("MPJoinAckRx");</code></example>
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

    /// <summary>Returns the name.</summary>
    public override string ToString() => Name;
}
