namespace SideBySide;

/// <summary>A kind of sockets, in programs with the same command line.</summary>
/// <param name="Name">The name in tables.</param>
/// <param name="IsMptcp">The protocol that the contestant must use. It is checked.</param>
/// <param name="Server">The command, before SCENARIO ADDRESS.</param>
/// <param name="Client">The command, before SCENARIO HOST PORT WARMUP MEASURED.</param>
sealed record Contestant(string Name, bool IsMptcp, string[] Server, string[] Client)
{
    const string Mptcp = "262", Tcp = "6";

    static readonly string[] s_dotnet = ["dotnet", "benchmarks/contestants/Dotnet/bin/Release/net10.0/Contestant.dll"];

    internal static Contestant Library { get; } = DotNet("this library", isMptcp: true, [.. s_dotnet, "mptcp"]);

    /// <summary>The same contestant again: its ratio shows the error of the method.</summary>
    internal static Contestant LibraryAgain { get; } = Library with { Name = "this library, again" };

    internal static Contestant Mptcpize { get; } = DotNet(".NET under mptcpize", isMptcp: true, ["mptcpize", "run", .. s_dotnet, "bcl"]);

    internal static Contestant PlainTcp { get; } = DotNet(".NET over plain TCP", isMptcp: false, [.. s_dotnet, "bcl"]);

    internal static Contestant CBlocking { get; } = C("C, blocking", "blocking", Mptcp);

    internal static Contestant CEpoll { get; } = C("C, epoll", "epoll", Mptcp);

    internal static Contestant CEpollTcp { get; } = C("C, epoll, plain TCP", "epoll", Tcp);

    internal static Contestant[] AllDotNet { get; } = [Mptcpize, PlainTcp, Library, LibraryAgain];

    internal static Contestant[] AllAndC { get; } = [CEpoll, .. AllDotNet];

    internal bool IsDotNet { get; private init; }

    /// <summary>A peer that uses the same protocol and is not a bottleneck.</summary>
    internal Contestant Peer => IsMptcp ? CEpoll : CEpollTcp;

    /// <param name="program">The assembly of the contestant, built with another version of this library.</param>
    internal static Contestant OtherVersion(string program) => DotNet("the other version", isMptcp: true, ["dotnet", program, "mptcp"]);

    static Contestant DotNet(string name, bool isMptcp, string[] command) =>
        new(name, isMptcp, [.. command, "server"], [.. command, "client"]) { IsDotNet = true };

    static Contestant C(string name, string style, string protocol) => new(
        name, protocol == Mptcp, ["benchmarks/contestants/c/bin/server", style, protocol], ["benchmarks/contestants/c/bin/client", style, protocol]);
}
