using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// A host: a network namespace with its own devices, addresses, ports, firewall and MPTCP. A socket belongs to the host on which it was created,
/// wherever it is used. So one process can hold both ends of a connection. Thread-safe.
/// </summary>
public partial class LabHost
{
    const int MostSubflows = 8; // of a connection; 64 since Linux 7.2

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

    /// <summary>Gets the name of the host.</summary>
    public string Name { get; }

    /// <summary>Gets the links of the host, in the order in which they were added.</summary>
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
    /// Runs code on this host, on a new thread, and waits for its end. The sockets that it creates belong to this host, and can be used anywhere.
    /// </summary>
    /// <remarks>The code after an <c>await</c> does not run on the host: use <see cref="RunAsync{T}"/>.</remarks>
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
    /// Runs code on this host, on a new thread, including the code after its awaits. The sockets that it creates belong to this host, and can be used anywhere.
    /// </summary>
    /// <remarks>
    /// Code that runs on the thread pool, or after <c>ConfigureAwait(false)</c>, does not run on the host. <see cref="System.Net.Http.HttpClient"/> contains such
    /// code: see <see cref="UseFor"/>.
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
    /// Makes an HTTP client connect from this host. If the handler has a <see cref="SocketsHttpHandler.ConnectCallback"/>, such as the callback of
    /// <c>UseMptcp</c>, that callback runs on the host. Otherwise, the connections use TCP.
    /// </summary>
    /// <remarks>The callback may create further sockets on the thread pool, which do not belong to the host. The callback of <c>UseMptcp</c> does so if the first attempt is not answered.</remarks>
    /// <returns><paramref name="handler"/>.</returns>
    /// <exception cref="InvalidOperationException">The handler has already sent a request.</exception>
    /// <example><code>using var http = new HttpClient(phone.UseFor(new SocketsHttpHandler().UseMptcp()));</code></example>
    public SocketsHttpHandler UseFor(SocketsHttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = handler.ConnectCallback ?? ConnectAsync;
        handler.ConnectCallback = (context, cancellationToken) => new ValueTask<Stream>(RunAsync(() => connect(context, cancellationToken).AsTask()));
        return handler;
    }

    /// <summary>
    /// Starts a program on this host. It is killed when the network is disposed, and when this process ends. The programs that it started are killed then as
    /// well, or when the next lab is created.
    /// </summary>
    /// <param name="start">
    /// The program, with <see cref="ProcessStartInfo.UseShellExecute"/> <see langword="false"/>, with its arguments in
    /// <see cref="ProcessStartInfo.ArgumentList"/>, and without another user.
    /// </param>
    /// <exception cref="ArgumentException">The start information is not of this kind.</exception>
    /// <exception cref="LabException">The program cannot be started.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public Process Start(ProcessStartInfo start)
    {
        ArgumentNullException.ThrowIfNull(start);
        if (start.UseShellExecute || start.Arguments.Length > 0)
            throw new ArgumentException("Cannot start the program on a host: set UseShellExecute to false, and pass the arguments in ArgumentList.", nameof(start));

        // The other properties are for Windows or for a shell, and do nothing on Linux.
        if (start.UserName.Length > 0)
            throw new ArgumentException($"Cannot start the program on a host as user '{start.UserName}': it runs as the user of this process. Leave UserName empty.", nameof(start));

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

    /// <summary>Runs a program on this host to its end, and returns what it wrote to standard output. The program is killed when the network is disposed.</summary>
    /// <exception cref="LabException">The program cannot be started, or its exit code is not 0. The message contains its standard error.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    /// <example><code>string routes = phone.Execute("ip", "route");</code></example>
    public string Execute(string program, params IEnumerable<string> arguments) => Execute(program, arguments, Timeout.InfiniteTimeSpan);

    /// <summary>Runs a program on this host to its end, as <see cref="Execute(string, IEnumerable{string})"/> does, and kills it if it takes too long.</summary>
    /// <param name="program">The name or path of the program.</param>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="timeout">The time limit, greater than 0, or <see cref="Timeout.InfiniteTimeSpan"/>.</param>
    /// <param name="cancellationToken">Kills the program early.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is 0 or less.</exception>
    /// <exception cref="TimeoutException">The program took longer than <paramref name="timeout"/>, and was killed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was canceled.</exception>
    /// <inheritdoc cref="Execute(string, IEnumerable{string})"/>
    public string Execute(string program, IEnumerable<string> arguments, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(program);
        ArgumentNullException.ThrowIfNull(arguments);
        if (timeout <= TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "The timeout must be greater than 0, or Timeout.InfiniteTimeSpan.");

        cancellationToken.ThrowIfCancellationRequested();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return Command.Run(program, arguments, starter: Start, cancellationToken: limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{program}' on host '{Name}' did not end within {timeout.TotalSeconds} s, and was killed.");
        }
        catch (OperationCanceledException e)
        {
            throw new OperationCanceledException(e.Message, cancellationToken);
        }
    }

    /// <summary>Sets a kernel setting of the network of this host, such as <c>net.mptcp.enabled</c>.</summary>
    /// <exception cref="ArgumentException">The setting does not begin with <c>net.</c>: it would affect the whole machine.</exception>
    /// <exception cref="LabException">This kernel has no such setting, or refuses the value.</exception>
    /// <example><code>server.SetSysctl("net.mptcp.enabled", "0");</code></example>
    public void SetSysctl(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.StartsWith("net.", StringComparison.Ordinal) || name.Contains("..", StringComparison.Ordinal) || name.Contains('/'))
        {
            throw new ArgumentException(
                $"'{name}' cannot be set on a host: it is a setting of the whole machine. Use a setting of a network, such as net.mptcp.enabled.", nameof(name));
        }

        Run(() => Write(name, value));
    }

    /// <summary>
    /// Makes the MPTCP connections of this host use all its links. Each address of the host becomes a subflow endpoint. The limits of all hosts allow eight
    /// subflows, or one for each endpoint if there are more. A host can use up to four links, or up to 32 with Linux 7.2 or later, because the kernel allows
    /// 8 or 64 subflows.
    /// </summary>
    /// <exception cref="LabException">
    /// The kernel does not allow so many subflows, and nothing was changed; or one of the endpoints already exists.
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
            throw new LabException($"Host '{Name}' has {_links.Length} links, and the kernel does not allow the subflows of their {endpoints} endpoints: {e.Message}", e);
        }

        foreach (LabLink link in _links)
        {
            foreach (AddressFamily family in Families.Both)
                AddEndpoint(link, LabEndpointRoles.Subflow, family);
        }
    }

    /// <summary>Sets how many subflows the connections of this host can have.</summary>
    /// <param name="subflows">The number of subflows besides the first, from 0 to 8, or from 0 to 64 with Linux 7.2 or later. The kernel's default is 2.</param>
    /// <param name="acceptedAddresses">The number of announced addresses of a peer to which this host connects, in the same range. The kernel's default is 0.</param>
    /// <exception cref="LabException">The kernel refuses.</exception>
    public void SetLimits(int subflows, int acceptedAddresses) =>
        Mptcp(string.Create(CultureInfo.InvariantCulture, $"limits set subflows {subflows} add_addr_accepted {acceptedAddresses}"));

    /// <summary>Adds the address of this host on a link to the kernel's path manager, as an endpoint. Existing connections use it at once.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">The kernel refuses: the endpoint exists, there is no room for another one, or the roles exclude each other.</exception>
    public void AddEndpoint(LabLink link, LabEndpointRoles roles, AddressFamily family = AddressFamily.InterNetwork) =>
        Mptcp($"endpoint add {Address(link, family)} dev {link.GetInterface(this).Name} id {EndpointId(link, family)} {Keywords(roles)}");

    /// <summary>
    /// Sets whether the endpoint of a link is a backup, for existing connections, too. The kernel cannot change other roles.
    /// </summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">The endpoint does not exist.</exception>
    public void SetBackup(LabLink link, bool isBackup, AddressFamily family = AddressFamily.InterNetwork)
    {
        Address(link, family);
        Mptcp($"endpoint change id {EndpointId(link, family)} {(isBackup ? "backup" : "nobackup")}");
    }

    /// <summary>Removes the endpoint of a link, and closes the subflows that use it.</summary>
    /// <exception cref="ArgumentException">The host is not on the link.</exception>
    /// <exception cref="LabException">The endpoint does not exist.</exception>
    public void RemoveEndpoint(LabLink link, AddressFamily family = AddressFamily.InterNetwork)
    {
        Address(link, family);
        Mptcp($"endpoint delete id {EndpointId(link, family)}");
    }

    /// <summary>
    /// Gets the kernel's MPTCP counters of this host by name, such as <c>MPJoinSynAckRx</c> (<c>MPTcpExt</c> in <c>/proc/net/netstat</c>). They begin at 0.
    /// Counters that this kernel lacks are left out.
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

    /// <summary>Returns the name of the host.</summary>
    public override string ToString() => Name;
}
