using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpProbeOutcome;

namespace Mptcp.Netlink.Probing;

/// <summary>Runs an <see cref="MptcpProbe"/>. Creates all sockets at once, on the thread whose network namespace is probed.</summary>
sealed class ProbeRun : IDisposable
{
    readonly IPEndPoint _peer;
    readonly TimeSpan _timeout;
    readonly bool _hasMptcp;
    readonly HashSet<IPAddress> _endpoints;
    readonly Handshake _tcp, _mptcp;
    readonly List<(string Name, IPAddress Address, bool HasRoute, Handshake Tcp, Handshake Mptcp)> _interfaces = [];
    readonly CounterFile _counters;
    readonly MptcpConnectionReader? _reader;
    readonly List<IDisposable> _opened = [];

    ProbeRun(IPEndPoint peer, MptcpProbeOptions options)
    {
        (_peer, _timeout) = (peer, options.Timeout);
        try
        {
            MptcpHostSnapshot host = MptcpHostSnapshot.Take();
            _hasMptcp = host.UnavailableReason == MptcpUnavailableReason.None;
            _counters = Keep(new CounterFile());
            _reader = host.Connections is null ? null : Keep(MptcpConnectionReader.Open());
            _endpoints = [.. (host.Endpoints ?? []).Where(endpoint => (endpoint.Flags & MptcpEndpointFlags.Subflow) != 0).Select(endpoint => endpoint.Address)];
            (_tcp, _mptcp) = CreatePair(null);
            foreach (MptcpInterface network in host.Interfaces.Where(network => !network.IsLoopback && options.Interfaces.IsAllowed(network.Name) && !IPAddress.IsLoopback(peer.Address)))
            {
                // The address of an endpoint, if there is one: a join can only come from there.
                MptcpInterfaceAddress? from = network.Addresses.Where(address => address.IsReady && address.Address.AddressFamily == peer.AddressFamily)
                    .OrderByDescending(address => _endpoints.Contains(address.Address)).FirstOrDefault();
                if (from is null)
                    continue;

                bool hasRoute = from.DefaultRoute is not null || from.Network.Contains(peer.Address);
                (Handshake tcp, Handshake mptcp) = CreatePair((network.Name, from.Address));
                _interfaces.Add((network.Name, from.Address, hasRoute, tcp, mptcp));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal static async Task<MptcpProbeResult> CheckAsync(string host, int port, MptcpProbeOptions options, CancellationToken cancellationToken)
    {
        // A caller that depends on its thread, and so on its network namespace, gets the thread back here.
        IPAddress address = IPAddress.TryParse(host, out IPAddress? literal) ? literal : await ResolveAsync(host, cancellationToken).ConfigureAwait(true);
        using var run = new ProbeRun(new IPEndPoint(address, port), options);
        return await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    static async Task<IPAddress> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await Dns.GetHostAddressesAsync(name, cancellationToken).ConfigureAwait(false))[0];
        }
        catch (SocketException e)
        {
            throw new SocketException((int)e.SocketErrorCode, $"Cannot resolve '{name}': {e.Message}.");
        }
    }

    async Task<MptcpProbeResult> RunAsync(CancellationToken cancellationToken)
    {
        MptcpProbeAttempt[] plain = await Task.WhenAll([_tcp.RunAsync(_timeout, cancellationToken), .. _interfaces.Select(network => network.Tcp.RunAsync(_timeout, cancellationToken))])
            .ConfigureAwait(false);
        foreach (Handshake done in _interfaces.Select(network => network.Tcp).Prepend(_tcp))
            done.Dispose(); // a server that serves one client at a time is free again

        // One after another, because the kernel counts them together.
        MptcpCounters before = _counters.Read();
        MptcpProbeAttempt mptcp = await TryMptcpAsync(_mptcp, plain[0], cancellationToken).ConfigureAwait(false);
        Dictionary<IPAddress, MptcpProbeAttempt> joins = mptcp.Outcome == Succeeded ? await WatchJoinsAsync(before, cancellationToken).ConfigureAwait(false) : [];
        var interfaces = new List<MptcpProbeInterface>();
        foreach (var (i, network) in _interfaces.Index())
        {
            interfaces.Add(new MptcpProbeInterface
            {
                Name = network.Name,
                Address = network.Address,
                Tcp = plain[i + 1].Outcome == NoAnswer && !network.HasRoute ? plain[i + 1].As(NoRoute) : plain[i + 1], // without a route, IPv4 searches for the peer on the link
                Mptcp = await TryMptcpAsync(network.Mptcp, plain[i + 1], cancellationToken).ConfigureAwait(false),
                Join = joins.GetValueOrDefault(network.Address, MptcpProbeAttempt.NotTried),
            });
        }

        bool usesMptcp = interfaces.Exists(network => network.Mptcp.Outcome == Succeeded) || mptcp.Outcome == Succeeded;
        return new MptcpProbeResult
        {
            Peer = _peer,
            Tcp = plain[0],
            Mptcp = Judge(mptcp, usesMptcp),
            Interfaces = [.. interfaces.Select(network => new MptcpProbeInterface { Name = network.Name, Address = network.Address, Tcp = network.Tcp, Mptcp = Judge(network.Mptcp, usesMptcp), Join = network.Join })],
        };
    }

    async Task<MptcpProbeAttempt> TryMptcpAsync(Handshake handshake, MptcpProbeAttempt plain, CancellationToken cancellationToken)
    {
        if (!_hasMptcp)
            return new MptcpProbeAttempt { Outcome = NotSupported };

        if (plain.Outcome != Succeeded)
            return MptcpProbeAttempt.NotTried;

        MptcpCounters before = _counters.Read();
        MptcpProbeAttempt attempt = await handshake.RunAsync(_timeout, cancellationToken).ConfigureAwait(false);
        return attempt.Outcome switch
        {
            Succeeded when handshake.Socket.GetMptcpState() != MptcpState.Mptcp => attempt.As(WhyWithout(_counters.Read() - before)),
            Succeeded => await handshake.StaysMptcpAsync(_timeout, cancellationToken).ConfigureAwait(false) ? attempt : attempt.As(OptionStripped),
            NoAnswer => attempt.As(SynDropped),
            Refused => attempt.As(SynReset),
            _ => attempt,
        };
    }

    static MptcpProbeOutcome WhyWithout(MptcpCounters during) => during.ConnectsNotOffered > 0 ? NotOffered : during.ConnectsDropped > 0 ? SynDropped : PeerWithoutMptcp;

    /// <summary>
    /// Judges an attempt: a peer that uses MPTCP over one path uses it over all, so a device removes the option on the others.
    /// </summary>
    static MptcpProbeAttempt Judge(MptcpProbeAttempt attempt, bool usesMptcp) => attempt.Outcome == PeerWithoutMptcp && usesMptcp ? attempt.As(OptionStripped) : attempt;

    async Task<Dictionary<IPAddress, MptcpProbeAttempt>> WatchJoinsAsync(MptcpCounters before, CancellationToken cancellationToken)
    {
        IPAddress taken = ((IPEndPoint)_mptcp.Socket.LocalEndPoint!).Address;
        HashSet<IPAddress> from = [.. _interfaces.Select(network => network.Address).Where(address => _endpoints.Contains(address) && !address.Equals(taken))];
        return from.Count > 0 && _reader is not null && _mptcp.Socket.TryGetMptcpInfo(out MptcpInfo info)
            ? await new JoinWatch(_reader, _counters, _timeout).RunAsync(info.Token, from, before, cancellationToken).ConfigureAwait(false)
            : [];
    }

    (Handshake Tcp, Handshake Mptcp) CreatePair((string Interface, IPAddress Address)? from) =>
        (Keep(new Handshake(_peer, MptcpMode.Disabled, from)), Keep(new Handshake(_peer, MptcpMode.Preferred, from)));

    T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }

    public void Dispose() => Dispose(CollectionsMarshal.AsSpan(_opened));

    /// <summary>Disposes of all, even if one of them throws.</summary>
    static void Dispose(ReadOnlySpan<IDisposable> opened)
    {
        if (opened is [var first, .. var others])
        {
            using (first)
                Dispose(others);
        }
    }
}
