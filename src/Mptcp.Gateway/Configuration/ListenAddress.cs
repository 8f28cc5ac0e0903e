using System.Net;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>The settings from which listening sockets are made. Equal settings mean the same sockets, also after a reload.</summary>
sealed record ListenAddress
{
    /// <summary>The address; not used with <see cref="SystemdName"/>.</summary>
    internal IPEndPoint EndPoint { get; init; } = new(IPAddress.Any, 0);

    internal MptcpMode Mode { get; init; }

    /// <summary>Whether an IPv6 socket takes IPv4 clients, too.</summary>
    internal bool DualMode { get; init; }

    /// <summary>Whether the kernel may hand over connections to other hosts.</summary>
    internal bool IsTransparent { get; init; }

    /// <summary>The <c>FileDescriptorName=</c> of sockets from systemd; otherwise, <see langword="null"/>.</summary>
    internal string? SystemdName { get; init; }

    /// <summary>The route, if the system chooses the port; otherwise, <see langword="null"/>.</summary>
    internal string? Owner { get; init; }

    public override string ToString() => SystemdName is null ? EndPoint.ToString() : $"{Address.Systemd}{SystemdName}";
}
