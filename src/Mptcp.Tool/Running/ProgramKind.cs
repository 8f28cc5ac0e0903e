namespace Mptcp.Tool.Running;

/// <summary>The kinds of programs that need different ways to use MPTCP.</summary>
enum ProgramKind
{
    /// <summary>The program is linked with a C library, or is unknown.</summary>
    Dynamic,

    /// <summary>The program is written in Go, and makes system calls itself.</summary>
    Go,

    /// <summary>The program is statically linked with its C library.</summary>
    Static,

    /// <summary>The program runs with more privileges than its user.</summary>
    Privileged,
}
