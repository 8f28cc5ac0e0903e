namespace Mptcp.Lab.Tests.Support;

/// <summary>The collection of tests that inspect the whole machine: no other test creates a lab at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
