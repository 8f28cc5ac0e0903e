using System.Runtime.ExceptionServices;

namespace Mptcp.Lab;

/// <summary>
/// A network of hosts, routers and links, made of network namespaces and veth pairs. It is invisible from outside and collides with
/// nothing. The kernel removes it when it is disposed, and when this process ends, however it ends. Thread-safe.
/// </summary>
/// <remarks>
/// While this process has open sockets on a host, or code still runs there, disposing removes the links and programs. The kernel keeps the
/// rest until the sockets are closed and the code has ended.
/// </remarks>
/// <example>
/// <code>
/// using var network = new LabNetwork();
/// LabHost client = network.AddHost("client"), server = network.AddHost("server");
/// LabLink wifi = network.AddLink("wifi", client, server, new() { MegabitsPerSecond = 20 });
/// LabLink cellular = network.AddLink("cellular", client, server, new() { MegabitsPerSecond = 10 });
/// client.UseAllLinks();
/// using (wifi.Blackhole())
///     await stream.ReadExactlyAsync(buffer);
/// </code>
/// </example>
public sealed class LabNetwork : IDisposable
{
    const int MostLinks = 127; // so that the endpoints of each have unique ids: at most 255, of both families

    static volatile bool s_canBeMade, s_nothingIsMissing;

    readonly Lock _lock = new(); // a thread that holds the lock of a link may take BackstageLock, but not this
    volatile LabHost[] _hosts = []; // replaced, never changed
    volatile LabLink[] _links = []; // replaced, never changed
    LabHost? _backstage;
    bool _isGone;

    /// <summary>Creates a network without hosts.</summary>
    /// <exception cref="LabNotSupportedException">This machine or user lacks a required feature: see <see cref="Missing"/>.</exception>
    public LabNetwork()
    {
        if (FindRequired() is { Count: > 0 } missing)
            throw new LabNotSupportedException(string.Join(Environment.NewLine, missing));

        LabProcesses.KillLeftovers();
    }

    /// <summary>
    /// Gets the features that this machine or user lacks for a lab, with the remedies; empty if nothing is missing. If a required feature
    /// is missing (<see cref="LabRequirement.IsRequired"/>), no lab can be created. Once nothing is missing, later calls do not check
    /// again.
    /// </summary>
    /// <example><code>Assert.SkipUnless(LabNetwork.Missing.Count == 0, string.Join(' ', LabNetwork.Missing));</code></example>
    public static IReadOnlyList<LabRequirement> Missing
    {
        get
        {
            if (s_nothingIsMissing)
                return [];

            IReadOnlyList<LabRequirement> required = FindRequired();
            if (required.Count > 0)
                return required;

            IReadOnlyList<LabRequirement> missing = LabRequirements.FindOptional();
            s_nothingIsMissing = missing.Count == 0;
            return missing;
        }
    }

    /// <summary>Gets the hosts and routers, in the order in which they were added.</summary>
    public IReadOnlyList<LabHost> Hosts => _hosts;

    /// <summary>Gets the links, in the order in which they were added.</summary>
    public IReadOnlyList<LabLink> Links => _links;

    internal Lock BackstageLock { get; } = new();

    /// <summary>Gets the host that has the devices of wires and the unplugged devices.</summary>
    internal LabHost Backstage
    {
        get
        {
            lock (BackstageLock)
            {
                ObjectDisposedException.ThrowIf(_isGone, this);
                if (_backstage is null)
                {
                    _backstage = new LabHost(this, "backstage");
                    _backstage.SetSysctls([("net.ipv6.conf.default.disable_ipv6", "1")]); // the devices there must not send packets themselves
                }

                return _backstage;
            }
        }
    }

    /// <summary>Adds a host.</summary>
    /// <param name="name">A unique name of up to 15 letters, digits, '-' and '_'.</param>
    /// <exception cref="ArgumentException">The name is not valid, or another host has it.</exception>
    /// <exception cref="LabException">The kernel refuses. The host is removed completely.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public LabHost AddHost(string name) => Add(name, () => new LabHost(this, name));

    /// <summary>Adds a host that forwards packets.</summary>
    /// <inheritdoc cref="AddHost"/>
    public LabRouter AddRouter(string name) => Add(name, () => new LabRouter(this, name));

    /// <summary>
    /// Connects two hosts. The network device has the name of the link at both ends. When the method returns, packets pass.
    /// </summary>
    /// <param name="name">A unique name of up to 15 letters, digits, '-' and '_'.</param>
    /// <param name="first">A host of this network.</param>
    /// <param name="second">Another host of this network.</param>
    /// <param name="options">The options, or <see langword="null"/> for the defaults: no limits, and new addresses.</param>
    /// <exception cref="ArgumentException">
    /// The name is not valid, or another link has it. A host belongs to another network. An IP network is of the wrong family, too small
    /// for two addresses, reserved, such as loopback, or overlaps with that of another link.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A rate, delay or jitter is out of range.</exception>
    /// <exception cref="LabException">The kernel refuses. The link is removed completely.</exception>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public LabLink AddLink(string name, LabHost first, LabHost second, LabLinkOptions? options = null)
    {
        options ??= new LabLinkOptions();
        LabNames.CheckDevice(name, nameof(name));
        CheckHost(first, name, nameof(first));
        CheckHost(second, name, nameof(second));
        if (first == second)
            throw new ArgumentException($"Link '{name}' would connect host '{first.Name}' with itself.", nameof(second));

        options.Check(name);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isGone, this);
            if (_links.Any(link => link.Name == name))
                throw new ArgumentException($"There is already a link '{name}'. Use another name.", nameof(name));

            if (_links.Length == MostLinks)
                throw new ArgumentException($"Link '{name}' cannot be added: the network already has {MostLinks} links, the most that are possible.", nameof(name));

            LinkNetworks.For(_links.Length + 1, options).Check(name, _links, nameof(options));
            var link = new LabLink(_links.Length + 1, name, first, second, options);
            link.Make();
            _links = [.. _links, link];
            first.Add(link);
            second.Add(link);
            foreach (LabRouter router in _hosts.OfType<LabRouter>())
                router.LearnRoutes();

            return link;
        }
    }

    /// <summary>
    /// Kills the programs on the hosts, and removes hosts and links. Open connections are aborted, or at least lose their network.
    /// </summary>
    /// <exception cref="LabException">
    /// A program cannot be killed, or the system refuses another step. Everything else is removed.
    /// </exception>
    /// <exception cref="AggregateException">Several steps failed.</exception>
    public void Dispose()
    {
        foreach (LabHost host in _hosts)
            host.Close(); // operations that wait for the lock end early

        List<Exception> errors;
        lock (_lock)
            errors = RemoveAll();

        if (errors is [var only])
            ExceptionDispatchInfo.Throw(only);

        if (errors.Count > 0)
            throw new AggregateException(errors);
    }

    /// <summary>Finds the interface that has an address.</summary>
    internal LabInterface? FindOwner(System.Net.IPAddress address) =>
        _links.SelectMany(link => new[] { link.First, link.Second }).FirstOrDefault(end => end.Addresses.Contains(address));

    static IReadOnlyList<LabRequirement> FindRequired()
    {
        if (s_canBeMade)
            return [];

        IReadOnlyList<LabRequirement> missing = LabRequirements.FindRequired();
        s_canBeMade = missing.Count == 0;
        return missing;
    }

    T Add<T>(string name, Func<T> make)
        where T : LabHost
    {
        LabNames.Check(name, nameof(name));
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isGone, this);
            if (_hosts.Any(host => host.Name == name))
                throw new ArgumentException($"There is already a host '{name}'. Use another name.", nameof(name));

            T host = make();
            try
            {
                host.Prepare();
            }
            catch
            {
                RemoveAll([host]);
                throw;
            }

            _hosts = [.. _hosts, host];
            return host;
        }
    }

    void CheckHost(LabHost host, string link, string parameter)
    {
        ArgumentNullException.ThrowIfNull(host, parameter);
        if (host.Network != this)
            throw new ArgumentException($"Link '{link}' would connect host '{host.Name}', which belongs to another network.", parameter);
    }

    List<Exception> RemoveAll()
    {
        if (_isGone)
            return [];

        lock (BackstageLock)
            _isGone = true;

        return RemoveAll(_backstage is null ? _hosts : [.. _hosts, _backstage]);
    }

    /// <summary>Removes as much as possible, and returns the errors.</summary>
    static List<Exception> RemoveAll(LabHost[] hosts)
    {
        foreach (LabHost host in hosts)
            host.Close();

        var errors = new List<Exception>();
        Action[] steps =
        [
            .. hosts.Select<LabHost, Action>(host => host.RemoveLinks),
            .. hosts.SelectMany(host => host.Links).Distinct().Select<LabLink, Action>(link => link.End),
            .. hosts.Select<LabHost, Action>(host => host.EndPrograms),
            () => LabProcesses.KillProcessesIn([.. hosts.Select(host => host.NamespaceId)]),
            .. hosts.Select<LabHost, Action>(host => host.Release),
        ];
        foreach (Action step in steps)
        {
            try
            {
                step();
            }
            catch (Exception e) // thrown after all steps
            {
                errors.Add(e);
            }
        }

        return errors;
    }
}
