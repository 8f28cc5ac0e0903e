using System.Collections.Concurrent;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>A policy that records its calls.</summary>
class Witness : MptcpPathPolicy
{
    readonly ConcurrentQueue<string> _heard = new();

    internal IEnumerable<string> Heard => _heard;

    internal MptcpPathConnection[] Known => [.. Connections];

    internal IReadOnlyList<MptcpInterface> Seen => Interfaces;

    internal Task HeardAsync(string what) => Eventually.TrueAsync(() => _heard.Contains(what), $"the policy hears '{what}', not only {string.Join(", ", _heard)}");

    public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => Hear("established");

    public override ValueTask OnConnectionClosedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => Hear("ended");

    public override ValueTask OnSubflowEstablishedAsync(
        MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken) =>
        Hear($"subflow {subflow.LocalAddressId} {subflow.LocalEndPoint.Address}");

    public override ValueTask OnSubflowClosedAsync(MptcpPathConnection connection, MptcpSubflowClosed subflow, CancellationToken cancellationToken) =>
        Hear($"closed {subflow.LocalAddressId}");

    public override ValueTask OnAddressAnnouncedAsync(
        MptcpPathConnection connection, MptcpAddressAnnounced address, CancellationToken cancellationToken) =>
        Hear($"announced {address.RemoteAddressId} {address.RemoteEndPoint.Address}");

    public override ValueTask OnAddressRemovedAsync(MptcpPathConnection connection, MptcpAddressRemoved address, CancellationToken cancellationToken) =>
        Hear($"removed {address.RemoteAddressId}");

    public override ValueTask OnMeasuredAsync(MptcpPathConnection connection, MptcpConnection measured, CancellationToken cancellationToken) => Hear("measured");

    public override ValueTask OnEventsLostAsync(CancellationToken cancellationToken) => Hear("lost");

    public override ValueTask OnInterfacesChangedAsync(IReadOnlyList<MptcpInterface> before, CancellationToken cancellationToken) => Hear("interfaces");

    protected ValueTask Hear(string what)
    {
        _heard.Enqueue(what);
        return default;
    }
}
