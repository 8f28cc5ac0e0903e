namespace Reliability.Tests;

/// <summary>The collection of tests that run after all others, because they load the whole machine.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
