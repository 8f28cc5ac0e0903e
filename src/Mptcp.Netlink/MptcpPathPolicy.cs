using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Mptcp.Netlink;

/// <summary>
/// Decides on the paths of this host's connections, in place of the kernel: derive from it, override what is of interest, and add it to a host with
/// <c>services.AddMptcpPathPolicy&lt;T&gt;()</c>. As the plug-ins of mptcpd.
/// </summary>
/// <remarks>
/// <para>It is called for one thing at a time, in the order in which the kernel tells, so that it needs no locks. While it is busy, the kernel keeps what comes; what is too
/// much for that is lost, which <see cref="OnEventsLostAsync"/> tells. An exception is logged, and the next call comes.</para>
/// <para>Connections are those of sockets made while the network namespace has <c>net.mptcp.pm_type=1</c>: the host does not start without. Such connections accept subflows that the
/// peer opens only while a program listens to events, as this does. Of others the policy hears, too, but the kernel refuses what is to be done with them.</para>
/// </remarks>
public abstract class MptcpPathPolicy
{
    /// <summary>The host's interfaces that are up, all of them.</summary>
    public IReadOnlyList<MptcpInterface> Interfaces { get; internal set; } = [];

    /// <summary>The connections that are established, at this moment.</summary>
    public IReadOnlyCollection<MptcpPathConnection> Connections => [.. ByToken.Values];

    /// <summary>Somebody may look while the policy is called.</summary>
    internal ConcurrentDictionary<uint, MptcpPathConnection> ByToken { get; } = new();

    /// <summary>One, which stands for however many there are.</summary>
    internal Channel<bool> MeasurementRequests { get; } = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// How often <see cref="OnMeasuredAsync"/> is called for each connection; null, the default, for only where <see cref="RequestMeasurement"/> asks for it. Asked once, at the
    /// start: from 1 ms to <see cref="int.MaxValue"/> ms, or the host does not start, by an <see cref="InvalidOperationException"/>.
    /// </summary>
    /// <remarks>The kernel lists all TCP sockets for it. Where that, with the calls, would take more than a tenth of the time, it is done less often.</remarks>
    public virtual TimeSpan? MeasurementInterval => null;

    /// <summary>A connection is established: it can have further subflows. At the start, this is called for those that there are.</summary>
    /// <param name="connection">Which.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>A connection has ended.</summary>
    /// <param name="connection">Which; nothing can be done with it any more.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnConnectionClosedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>A further subflow is established, whichever end has opened it.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="subflow">Which.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnSubflowEstablishedAsync(
        MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken) => default;

    /// <summary>A subflow has ended while its connection lives on, or could not be opened.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="subflow">Which, and why.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnSubflowClosedAsync(MptcpPathConnection connection, MptcpSubflowClosed subflow, CancellationToken cancellationToken) => default;

    /// <summary>The peer has made a subflow a backup, or a regular one.</summary>
    /// <param name="connection">Whose.</param>
    /// <param name="subflow">Which.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnSubflowPriorityChangedAsync(
        MptcpPathConnection connection, MptcpSubflowPriorityChanged subflow, CancellationToken cancellationToken) => default;

    /// <summary>The peer has announced an address, to which nobody but the policy opens a subflow.</summary>
    /// <param name="connection">To which.</param>
    /// <param name="address">The address; it is in <see cref="MptcpPathConnection.AnnouncedEndPoints"/>, too.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnAddressAnnouncedAsync(
        MptcpPathConnection connection, MptcpAddressAnnounced address, CancellationToken cancellationToken) => default;

    /// <summary>The peer has taken back an address.</summary>
    /// <param name="connection">Of which.</param>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnAddressRemovedAsync(MptcpPathConnection connection, MptcpAddressRemoved address, CancellationToken cancellationToken) => default;

    /// <summary>
    /// <see cref="Interfaces"/> are others now, or have other addresses. At the start, this is called before all else.
    /// </summary>
    /// <param name="before">As they were.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnInterfacesChangedAsync(IReadOnlyList<MptcpInterface> before, CancellationToken cancellationToken) => default;

    /// <summary>Every <see cref="MeasurementInterval"/>, and soon after <see cref="RequestMeasurement"/>, for each connection.</summary>
    /// <param name="connection">Which.</param>
    /// <param name="measured">What the kernel tells about it now, with its subflows.</param>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnMeasuredAsync(MptcpPathConnection connection, MptcpConnection measured, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Events were lost. <see cref="Connections"/> are what there is now, and those that have come and gone meanwhile were told; which subflows they have, <see
    /// cref="RequestMeasurement"/> has told.
    /// </summary>
    /// <param name="cancellationToken">The host stops.</param>
    public virtual ValueTask OnEventsLostAsync(CancellationToken cancellationToken) => default;

    /// <summary>
    /// Has <see cref="OnMeasuredAsync"/> called soon, for each connection, and once for all that is asked for meanwhile. For a policy that has to know a connection's subflows when
    /// something happens: to look each connection up, by <see cref="MptcpPathConnection.Find"/>, costs as much as to look all of them up.
    /// </summary>
    /// <remarks>Can be called at any time. It waits until measuring takes no more than a tenth of the time.</remarks>
    protected void RequestMeasurement() => MeasurementRequests.Writer.TryWrite(true);
}
