namespace Mptcp.Netlink.Tests.Support;

/// <summary>The collection of tests that inspect the whole process, such as its descriptors: no other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
