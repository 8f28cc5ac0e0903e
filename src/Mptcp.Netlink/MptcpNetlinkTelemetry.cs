namespace Mptcp.Netlink;

/// <summary>The names of the metrics of this package.</summary>
public static class MptcpNetlinkTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Mptcp.Netlink";

    /// <summary>
    /// The name of a gauge: the number of endpoints in the kernel. The tag <c>owner</c> is <c>service</c> or <c>other</c>.
    /// </summary>
    public const string Endpoints = "mptcp.endpoints";

    /// <summary>The name of a gauge: the number of endpoints for which the kernel still has room.</summary>
    public const string EndpointRoom = "mptcp.endpoints.room";

    /// <summary>The name of a counter: further subflows that were established. The tag is <c>network.interface.name</c>.</summary>
    public const string SubflowsEstablished = "mptcp.subflows.established";

    /// <summary>
    /// The name of a counter: further subflows that ended with an error. The tags are <c>network.interface.name</c> and <c>error.type</c>,
    /// the error number (errno).
    /// </summary>
    public const string SubflowsFailed = "mptcp.subflows.failed";

    /// <summary>
    /// The name of a counter: bytes of subflows, of all connections that exist when measurements are collected. The tags are
    /// <c>network.interface.name</c> and <c>network.io.direction</c>, <c>transmit</c> or <c>receive</c>. Retransmitted bytes count again.
    /// </summary>
    public const string SubflowBytes = "mptcp.subflows.io";

    /// <summary>
    /// The name of a gauge: the median smoothed round-trip time of established subflows, in seconds. The tag is
    /// <c>network.interface.name</c>.
    /// </summary>
    public const string SubflowRoundTripTime = "mptcp.subflows.rtt";

    /// <summary>The name of a counter: how many times the kernel dropped events because the service was too slow.</summary>
    public const string EventsLost = "mptcp.events.lost";
}
