namespace Reliability.Roles;

/// <summary>What the program of <see cref="Clients"/> does.</summary>
sealed record LoadPlan
{
    internal const int EchoPort = 5000; // nothing else runs on the hosts

    /// <summary>Gets what the clients' choices are derived from.</summary>
    public int Seed { get; init; }

    /// <summary>Gets the addresses of the server.</summary>
    public required string[] Addresses { get; init; }

    /// <summary>Gets the number of connections at each moment.</summary>
    public int Connections { get; init; }

    /// <summary>Gets the greatest number of exchanges of one connection.</summary>
    public int Exchanges { get; init; }

    /// <summary>Gets the greatest size of a message, in bytes.</summary>
    public int MessageSize { get; init; }

    /// <summary>Gets the longest pause between two exchanges, in milliseconds.</summary>
    public int Pause { get; init; }

    /// <summary>Gets the ways to connect. Each connection chooses one.</summary>
    public required Way[] Ways { get; init; }

    /// <summary>Gets the port of a gateway to the server, on the clients' host.</summary>
    public int GatewayPort { get; init; }
}
