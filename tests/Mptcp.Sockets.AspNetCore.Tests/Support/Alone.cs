namespace Mptcp.Sockets.AspNetCore.Tests.Support;

/// <summary>The collection of tests that change state of the whole process: no other test runs at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
