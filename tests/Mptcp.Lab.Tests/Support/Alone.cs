namespace Mptcp.Lab.Tests.Support;

/// <summary>For tests that look at everything that is here: no other test makes a lab beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
