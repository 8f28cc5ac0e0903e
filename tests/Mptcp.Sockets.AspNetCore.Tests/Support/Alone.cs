namespace Mptcp.Sockets.AspNetCore.Tests.Support;

/// <summary>For tests that change something of the whole process: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
