namespace Mptcp.Tool.Running;

/// <summary>What a program is, as far as it matters for making it use MPTCP.</summary>
enum ProgramKind
{
    /// <summary>It is linked with a C library, or is something unknown.</summary>
    Dynamic,

    /// <summary>It is written in Go, which makes its system calls itself.</summary>
    Go,

    /// <summary>It brings its C library with it.</summary>
    Static,

    /// <summary>It runs with more privileges than its user.</summary>
    Privileged,
}
