namespace Mptcp.Netlink;

/// <summary>A step of an <see cref="MptcpEndpointPlan"/>.</summary>
/// <param name="Kind">What the step does.</param>
/// <param name="Endpoint">
/// The endpoint: for an addition, with its id; for a change, with the new flags; otherwise, as the kernel has it.
/// </param>
/// <param name="Reason">The reason for the step.</param>
public sealed record MptcpEndpointAction(MptcpEndpointActionKind Kind, MptcpEndpoint Endpoint, MptcpEndpointReason Reason)
{
    /// <summary>Gets the reason in words, such as "eth1 has no default route for 192.0.2.7".</summary>
    public string Explanation => Reason switch
    {
        MptcpEndpointReason.CarriesPaths => $"{Interface} carries paths from {Endpoint.Address}",
        MptcpEndpointReason.NotSelected => $"the options do not select {Endpoint.Address} of {Interface}",
        MptcpEndpointReason.UnsuitableAddress =>
            $"{Endpoint.Address} of {Interface} is link-local, host-local, temporary, duplicate, or unique local beside a global address",
        MptcpEndpointReason.AddressGone => $"no interface has {Endpoint.Address}",
        MptcpEndpointReason.InterfaceDown => $"{Interface} is down",
        MptcpEndpointReason.NoCarrier => $"{Interface} has no carrier",
        MptcpEndpointReason.NotReady =>
            $"{Endpoint.Address} of {Interface} is not ready (tentative, deprecated, or the interface is not running)",
        MptcpEndpointReason.NoDefaultRoute => $"{Interface} has no default route for {Endpoint.Address}",
        MptcpEndpointReason.Moved => $"{Endpoint.Address} has moved to another interface",
        MptcpEndpointReason.AddressShared => $"another interface has {Endpoint.Address}, too",
        MptcpEndpointReason.FlagsDiffer => $"the kernel cannot change these flags of {Endpoint.Address}",
        MptcpEndpointReason.AddedByOther => $"another program has added {Endpoint.Address} already",
        MptcpEndpointReason.TakenByOther => $"another program has added {Endpoint.Address} with other settings",
        MptcpEndpointReason.NoRoom => $"there is no room for another endpoint for {Endpoint.Address} of {Interface}",
        MptcpEndpointReason.MadeByKernel => $"the kernel created {Endpoint.Address} itself",
        _ => Reason.ToString(),
    };

    string Interface => Endpoint.InterfaceName ?? $"interface {Endpoint.InterfaceIndex}";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Endpoint.Address} ({Explanation})";
}
