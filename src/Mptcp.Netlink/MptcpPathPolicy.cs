using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Mptcp.Netlink;

/// <summary>
/// Decides about the paths of this host's connections instead of the kernel. Derive from this class, override the methods that you need,
/// and add it to a host with <c>services.AddMptcpPathPolicy&lt;T&gt;()</c>. It corresponds to a plug-in of mptcpd.
/// </summary>
/// <remarks>
/// <para>The service calls one method at a time, in the order of the kernel's events, so a policy needs no locks. Its properties and
/// <see cref="RequestMeasurement"/> are thread-safe. While a method runs, the kernel keeps events. If there are too many, it drops some, and
/// <see cref="OnEventsLostAsync"/> is called. An exception of a method is logged, and the next call follows.</para>
/// <para>A policy controls connections whose sockets were created while <c>net.mptcp.pm_type=1</c> was set. They accept subflows that the
/// peer opens only while a program listens to events, as this service does. The policy is called for other connections, too, but the kernel
/// refuses to change them.</para>
/// </remarks>
public abstract class MptcpPathPolicy
{
    /// <summary>Gets all interfaces of the host that are up.</summary>
    public IReadOnlyList<MptcpInterface> Interfaces { get; internal set; } = [];

    /// <summary>Gets the connections that are established now.</summary>
    public IReadOnlyCollection<MptcpPathConnection> Connections => [.. ByToken.Values];

    /// <summary>Concurrent, because other threads may enumerate it during a call.</summary>
    internal ConcurrentDictionary<uint, MptcpPathConnection> ByToken { get; } = new();

    /// <summary>Holds at most one request, which stands for all pending ones.</summary>
    internal Channel<bool> MeasurementRequests { get; } =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>
    /// Gets the interval at which <see cref="OnMeasuredAsync"/> is called for each connection, from 1 ms to <see cref="int.MaxValue"/> ms.
    /// The default is <see langword="null"/>: only after <see cref="RequestMeasurement"/>. Read once, at the start. If it is out of range,
    /// the host does not start (<see cref="InvalidOperationException"/>).
    /// </summary>
    /// <remarks>
    /// The kernel lists all TCP sockets for a measurement. If measurements and calls would take more than a tenth of the time, they are
    /// done less often.
    /// </remarks>
    public virtual TimeSpan? MeasurementInterval => null;

    /// <summary>
    /// Called when a connection is established, so that it can have further subflows. At the start, called for existing connections.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>Called when a connection has ended.</summary>
    /// <param name="connection">The connection. It cannot be changed any more.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnConnectionClosedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => default;

    /// <summary>Called when a further subflow is established, by either end.</summary>
    /// <param name="connection">The connection of the subflow.</param>
    /// <param name="subflow">The subflow.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnSubflowEstablishedAsync(
        MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken) => default;

    /// <summary>Called when a subflow has ended while its connection continues, or could not be opened.</summary>
    /// <param name="connection">The connection of the subflow.</param>
    /// <param name="subflow">The subflow, and why it ended.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnSubflowClosedAsync(
        MptcpPathConnection connection, MptcpSubflowClosed subflow, CancellationToken cancellationToken) => default;

    /// <summary>Called when the peer has made a subflow a backup or a regular subflow.</summary>
    /// <param name="connection">The connection of the subflow.</param>
    /// <param name="subflow">The subflow.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnSubflowPriorityChangedAsync(
        MptcpPathConnection connection, MptcpSubflowPriorityChanged subflow, CancellationToken cancellationToken) => default;

    /// <summary>Called when the peer has announced an address. Only the policy opens subflows to it.</summary>
    /// <param name="connection">The connection over which the address was announced.</param>
    /// <param name="address">The address. <see cref="MptcpPathConnection.AnnouncedEndPoints"/> contains it, too.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnAddressAnnouncedAsync(
        MptcpPathConnection connection, MptcpAddressAnnounced address, CancellationToken cancellationToken) => default;

    /// <summary>Called when the peer has withdrawn an address.</summary>
    /// <param name="connection">The connection over which the address was withdrawn.</param>
    /// <param name="address">The address.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnAddressRemovedAsync(
        MptcpPathConnection connection, MptcpAddressRemoved address, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Called when <see cref="Interfaces"/> or their addresses have changed. At the start, called before all other methods.
    /// </summary>
    /// <param name="before">The previous interfaces.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnInterfacesChangedAsync(IReadOnlyList<MptcpInterface> before, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Called for each connection at each <see cref="MeasurementInterval"/>, and soon after <see cref="RequestMeasurement"/>.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="measured">What the kernel reports about the connection now, with its subflows.</param>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnMeasuredAsync(
        MptcpPathConnection connection, MptcpConnection measured, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Called when events were lost. <see cref="Connections"/> is up to date then, and connections that came and went meanwhile were
    /// reported. For their subflows, call <see cref="RequestMeasurement"/>.
    /// </summary>
    /// <param name="cancellationToken">Canceled when the host stops.</param>
    public virtual ValueTask OnEventsLostAsync(CancellationToken cancellationToken) => default;

    /// <summary>
    /// Requests a call of <see cref="OnMeasuredAsync"/> for each connection soon. Several requests lead to one measurement. Use it if the
    /// policy has to know the subflows of a connection: looking up one connection with <see cref="MptcpPathConnection.Find"/> costs as much
    /// as looking up all.
    /// </summary>
    /// <remarks>
    /// The method can be called at any time. The measurement waits until measuring takes no more than a tenth of the time.
    /// </remarks>
    protected void RequestMeasurement() => MeasurementRequests.Writer.TryWrite(true);
}
