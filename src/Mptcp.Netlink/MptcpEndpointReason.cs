namespace Mptcp.Netlink;

/// <summary>Why an <see cref="MptcpEndpointAction"/> is what it is.</summary>
public enum MptcpEndpointReason
{
    /// <summary>The address carries paths: its interface is up, has a carrier and a default route.</summary>
    CarriesPaths = 0,

    /// <summary>The options select neither the interface nor, perhaps, this family of addresses.</summary>
    NotSelected = 1,

    /// <summary>The address is one of the link or host only, temporary, duplicate, or unique local beside a global one.</summary>
    UnsuitableAddress = 2,

    /// <summary>No interface has the address.</summary>
    AddressGone = 3,

    /// <summary>The interface is down.</summary>
    InterfaceDown = 4,

    /// <summary>The interface has lost its carrier, such as an unplugged cable.</summary>
    NoCarrier = 5,

    /// <summary>The address is being checked for duplicates (tentative) or about to go (deprecated), or the interface is not ready yet.</summary>
    NotReady = 6,

    /// <summary>There is no default route from the address over the interface.</summary>
    NoDefaultRoute = 7,

    /// <summary>The address has moved to another interface, or to one with another number, such as a modem that was plugged in again.</summary>
    Moved = 8,

    /// <summary>Another interface has the same address, and the kernel knows an endpoint by its address only.</summary>
    AddressShared = 9,

    /// <summary>The kernel cannot change these flags of an endpoint that exists.</summary>
    FlagsDiffer = 10,

    /// <summary>Another program has added an endpoint with the address, just as it should be.</summary>
    AddedByOther = 11,

    /// <summary>Another program has added an endpoint with the address, with other flags or for another interface.</summary>
    TakenByOther = 12,

    /// <summary>The kernel has no room for more endpoints.</summary>
    NoRoom = 13,

    /// <summary>The kernel has made an endpoint for the address by itself. The one that is added takes its place.</summary>
    MadeByKernel = 14,
}
