using System.Net.Sockets;
using System.Runtime.ExceptionServices;

namespace Mptcp.Lab;

/// <summary>
/// Hosts and links, made of network namespaces and veth pairs: nothing of it can be seen from outside or collides with anything, and the kernel removes it
/// when it is disposed of and when this process ends, however it ends. While this process has sockets of a host open, or code runs there that does not return,
/// disposing takes the links and programs away, and the kernel keeps the rest until those end.
/// </summary>
/// <example>
/// <code>
/// using var network = LabNetwork.Create(new LabTopology()
///     .AddHost("client").AddHost("server")
///     .AddLink("wifi", "client", "server", new() { MegabitsPerSecond = 20 })
///     .AddLink("cellular", "client", "server", new() { MegabitsPerSecond = 10 }));
/// network.GetHost("client").UseAllLinks();
/// using (network.GetLink("wifi").Blackhole())
///     …
/// </code>
/// </example>
public sealed class LabNetwork : IDisposable
{
    static volatile bool s_nothingIsMissing;

    readonly List<LabHost> _hosts = [];
    readonly List<LabLink> _links = [];
    int _isGone;

    LabNetwork()
    {
    }

    /// <summary>What this machine or user lacks for a lab, a sentence each with the remedy; empty where it can be made. Not looked up again then.</summary>
    public static IReadOnlyList<string> Missing
    {
        get
        {
            if (s_nothingIsMissing)
                return [];

            IReadOnlyList<string> missing = LabRequirements.FindMissing();
            s_nothingIsMissing = missing.Count == 0;
            return missing;
        }
    }

    /// <summary>The hosts, in the order of the topology.</summary>
    public IReadOnlyList<LabHost> Hosts => _hosts;

    /// <summary>The links, in the order of the topology.</summary>
    public IReadOnlyList<LabLink> Links => _links;

    /// <summary>Makes the hosts and links: all of them, or none.</summary>
    /// <exception cref="ArgumentException">The topology has no host.</exception>
    /// <exception cref="LabNotSupportedException">Something is <see cref="Missing"/>.</exception>
    /// <exception cref="LabException">The system refuses something.</exception>
    public static LabNetwork Create(LabTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (topology.Hosts.Count == 0)
            throw new ArgumentException("The topology has no host.", nameof(topology));

        if (Missing is { Count: > 0 } missing)
            throw new LabNotSupportedException(string.Join(Environment.NewLine, missing));

        LabProcesses.KillLeftovers();
        var network = new LabNetwork();
        try
        {
            network.Make(topology);
            return network;
        }
        catch (Exception e)
        {
            if (network.TakeAway() is { Count: > 0 } more)
                throw new LabException($"{e.Message} What was made cannot all be taken away: {more[0].Message}", new AggregateException([e, .. more]));

            throw;
        }
    }

    /// <summary>The host of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public LabHost GetHost(string name) =>
        _hosts.Find(host => host.Name == name) ?? throw new ArgumentException($"There is no host '{name}'.", nameof(name));

    /// <summary>The link of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public LabLink GetLink(string name) =>
        _links.Find(link => link.Name == name) ?? throw new ArgumentException($"There is no link '{name}'.", nameof(name));

    /// <summary>Kills the programs on the hosts and takes the network away. Connections that are still open are aborted, or at least have no network.</summary>
    /// <exception cref="LabException">A program cannot be killed, or the system refuses something else. What can be taken away has been.</exception>
    /// <exception cref="AggregateException">Several things went wrong.</exception>
    public void Dispose()
    {
        List<Exception> errors = TakeAway();
        if (errors is [var only])
            ExceptionDispatchInfo.Throw(only);

        if (errors.Count > 0)
            throw new AggregateException(errors);
    }

    /// <summary>As far as it can be; gives what went wrong.</summary>
    List<Exception> TakeAway()
    {
        var errors = new List<Exception>();
        if (Interlocked.Exchange(ref _isGone, 1) != 0)
            return errors;

        foreach (LabHost host in _hosts)
            host.Close();

        IEnumerable<Action> links = _hosts.Select<LabHost, Action>(host => host.RemoveLinks), hosts = _hosts.SelectMany(host => host.Removal);
        foreach (Action step in links.Concat(hosts))
        {
            try
            {
                step();
            }
            catch (Exception e) // thrown when all is done
            {
                errors.Add(e);
            }
        }

        return errors;
    }

    void Make(LabTopology topology)
    {
        foreach (string name in topology.Hosts)
            _hosts.Add(new LabHost(name));

        foreach (LabHost host in _hosts)
        {
            foreach ((string name, string value) in Plumbing.Settings)
                host.SetSysctl(name, value);
        }

        foreach (LabHost host in _hosts)
        {
            LinkPlan[] mine = [.. topology.Links.Where(link => link.FirstHost == host.Name)];
            host.Ip([Plumbing.BringLoopbackUp, .. mine.Select(link => Plumbing.AddCable(link, GetHost(link.SecondHost).NamespacePath))]);
        }

        foreach (LinkPlan plan in topology.Links)
        {
            var link = new LabLink(plan, GetHost(plan.FirstHost), GetHost(plan.SecondHost));
            _links.Add(link);
            link.FirstHost.Add(link);
            link.SecondHost.Add(link);
        }

        foreach (LabHost host in _hosts)
        {
            foreach (AddressFamily family in Plumbing.Families)
                host.Ip([Plumbing.PreferLinks, .. host.Links.SelectMany(link => Plumbing.AddEnd(link.Plan, host.Name, family))], family);

            host.Tc(host.Links.Select(link => Plumbing.Shape(link.Plan)).OfType<string>());
        }

        foreach (LabHost host in _hosts)
            host.AwaitDevices(host.Links);
    }
}
