namespace Mptcp.Netlink.Tests.Support;

/// <summary>For tests that look at the whole process, such as its descriptors: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
