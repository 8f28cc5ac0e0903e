namespace Mptcp.Netlink;

/// <summary>The names of what the services of this package report.</summary>
public static class MptcpNetlinkTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Mptcp.Netlink";

    /// <summary>A gauge: how many endpoints the kernel has, with the tag <c>owner</c>, <c>service</c> or <c>other</c>.</summary>
    public const string Endpoints = "mptcp.endpoints";

    /// <summary>A gauge: for how many more endpoints the kernel has room.</summary>
    public const string EndpointRoom = "mptcp.endpoints.room";

    /// <summary>A counter: further subflows that were established, with the tag <c>network.interface.name</c>.</summary>
    public const string SubflowsEstablished = "mptcp.subflows.established";

    /// <summary>A counter: further subflows that have ended with an error, with the tags <c>network.interface.name</c> and <c>error.type</c>, the number of the error (errno).</summary>
    public const string SubflowsFailed = "mptcp.subflows.failed";

    /// <summary>
    /// A counter: bytes that subflows have carried, of all connections that exist when the measurements are collected, with the tags <c>network.interface.name</c> and
    /// <c>network.io.direction</c>, <c>transmit</c> or <c>receive</c>. Bytes that were sent again count again.
    /// </summary>
    public const string SubflowBytes = "mptcp.subflows.io";

    /// <summary>A gauge: the median smoothed round-trip time of established subflows, in seconds, with the tag <c>network.interface.name</c>.</summary>
    public const string SubflowRoundTripTime = "mptcp.subflows.rtt";

    /// <summary>A counter: how often the kernel has dropped events that the service was too slow to take.</summary>
    public const string EventsLost = "mptcp.events.lost";
}
