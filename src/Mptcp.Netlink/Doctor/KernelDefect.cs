namespace Mptcp.Netlink.Doctor;

/// <summary>A known defect of the kernel's MPTCP.</summary>
/// <param name="From">The first version that has it.</param>
/// <param name="Before">The first version that has it no more.</param>
/// <param name="Text">What it does.</param>
/// <param name="Source">Where that is known from.</param>
/// <param name="Advice">What to do.</param>
sealed record KernelDefect(Version From, Version Before, string Text, string Source, string Advice)
{
    const string Net = "multipath-tcp/mptcp_net-next";

    internal static IReadOnlyList<KernelDefect> All { get; } =
    [
        new(
            new(5, 6), new(5, 19), "A proxy may close connections in the middle of large files (seen on 5.15).", $"{Net} issue 311",
            "Run Linux 6.1 or later."),
        new(new(5, 6), new(6, 12), "If a device drops SYNs with MPTCP, the kernel never connects without MPTCP by itself.",
            "the documentation of net.mptcp.blackhole_timeout (Linux 6.12)",
            "Run Linux 6.12 or later, or connect with MptcpSocket.ConnectAsync, which tries TCP, too."),
        new(
            new(6, 7), new(6, 12), "Listing endpoints requires CAP_NET_ADMIN.", "commit cfbbd4859882",
            "Run Linux 6.12 or later, or list endpoints as root."),
        new(new(6, 8), new(6, 9),
            "Ubuntu's 6.8 lacked fixes of the kernel's path manager until early 2025: after an address goes and comes back, "
                + "its path may not be opened again.",
            $"{Net} issue 534", "Install the updates of the kernel, or run Linux 6.12 or later.") { Release = "6.8.0-" },
        new(
            new(6, 15), new(6, 19),
            "The kernel can corrupt the data that a server receives while a client opens a path. It reports no error.",
            "docs/kernel-report.md, and commit bc68b0efa1bf",
            "Use TLS, which detects it, or run Linux 6.19 or later. On a server, 'ip mptcp limits set subflows 0' keeps clients from opening paths.")
        {
            Severity = MptcpFindingSeverity.Warning,
        },
    ];

    internal MptcpFindingSeverity Severity { get; private init; } = MptcpFindingSeverity.Information;

    /// <summary>Gets how the release of a distribution's kernel begins, if only that has the defect.</summary>
    internal string Release { get; private init; } = "";

    internal bool Concerns(MptcpHostSnapshot host) =>
        host.KernelVersion >= From && host.KernelVersion < Before && host.KernelRelease.StartsWith(Release, StringComparison.Ordinal);
}
