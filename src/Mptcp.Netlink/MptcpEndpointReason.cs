namespace Mptcp.Netlink;

/// <summary>The reason for an <see cref="MptcpEndpointAction"/>.</summary>
public enum MptcpEndpointReason
{
    /// <summary>The address carries paths: its interface is up, has a carrier and a default route.</summary>
    CarriesPaths = 0,

    /// <summary>The options do not select the interface, or not this address family on it.</summary>
    NotSelected = 1,

    /// <summary>The address is link-local, host-local, temporary, duplicate, or unique local beside a global address.</summary>
    UnsuitableAddress = 2,

    /// <summary>No interface has the address.</summary>
    AddressGone = 3,

    /// <summary>The interface is down.</summary>
    InterfaceDown = 4,

    /// <summary>The interface has no carrier, for example because a cable is unplugged.</summary>
    NoCarrier = 5,

    /// <summary>
    /// The kernel checks the address for duplicates (tentative), the address expires soon (deprecated), or the interface is not ready yet.
    /// </summary>
    NotReady = 6,

    /// <summary>The address has no default route over the interface.</summary>
    NoDefaultRoute = 7,

    /// <summary>
    /// The address has moved to another interface, or to the same one with a new index, such as a modem that was plugged in again.
    /// </summary>
    Moved = 8,

    /// <summary>Another interface has the same address, and the kernel identifies an endpoint by its address only.</summary>
    AddressShared = 9,

    /// <summary>The kernel cannot change these flags of an existing endpoint.</summary>
    FlagsDiffer = 10,

    /// <summary>Another program has added the same endpoint.</summary>
    AddedByOther = 11,

    /// <summary>Another program has added an endpoint with this address, but with other flags or for another interface.</summary>
    TakenByOther = 12,

    /// <summary>There is no room for more endpoints: the kernel has its maximum, or the service has used its 55 ids.</summary>
    NoRoom = 13,

    /// <summary>The kernel created an endpoint for the address itself. The added endpoint replaces it.</summary>
    MadeByKernel = 14,
}
