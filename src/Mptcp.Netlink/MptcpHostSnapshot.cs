using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>What is known about the paths of this host at one moment. It can be saved as JSON, and examined on another machine.</summary>
public sealed record MptcpHostSnapshot
{
    /// <summary>When the snapshot was taken.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The version of the kernel.</summary>
    public Version Kernel { get; init; } = new();

    /// <summary>The kernel's settings.</summary>
    public MptcpSettings Settings { get; init; } = new(new Dictionary<string, string>());

    /// <summary>All network interfaces with all addresses, loopback and those that are down among them.</summary>
    public IReadOnlyList<MptcpInterface> Interfaces { get; init; } = [];

    /// <summary>The default routes of all routing tables.</summary>
    public IReadOnlyList<MptcpHostRoute> DefaultRoutes { get; init; } = [];

    /// <summary>The rules of the routing policy, of both families.</summary>
    public IReadOnlyList<MptcpHostRule> Rules { get; init; } = [];

    /// <summary>
    /// The endpoints; <see langword="null"/> if the kernel has no MPTCP, or does not tell this process: Linux 6.7 to 6.11 require <c>CAP_NET_ADMIN</c> to list endpoints.
    /// </summary>
    public IReadOnlyList<MptcpEndpoint>? Endpoints { get; init; }

    /// <summary>The limits of the path manager; <see langword="null"/> if the kernel has no MPTCP.</summary>
    public MptcpLimits? Limits { get; init; }

    /// <summary>How many endpoints, and how high limits, the kernel allows: see <see cref="MptcpPathManager.GetMaximum"/>.</summary>
    public int Maximum { get; init; } = MptcpPathManager.OldMaximum;

    /// <summary>Takes a snapshot of the network namespace of the calling thread. Needs no privilege.</summary>
    /// <exception cref="MptcpNotSupportedException">This is not Linux.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses to tell about interfaces, routes or rules.</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    public static MptcpHostSnapshot Take()
    {
        if (!OperatingSystem.IsLinux())
            throw new Sockets.Creation.Refusal(MptcpUnavailableReason.NotLinux).ToException();

        using HostReader reader = HostReader.Open();
        using MptcpPathManager? manager = TryOpenManager();
        return Read(reader, manager) with { Settings = MptcpSettings.Read() };
    }

    /// <summary>Writes the snapshot as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, HostJson.Default.MptcpHostSnapshot);

    /// <summary>Reads a snapshot that <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="JsonException">The text is not a snapshot.</exception>
    public static MptcpHostSnapshot FromJson(string json) =>
        JsonSerializer.Deserialize(json, HostJson.Default.MptcpHostSnapshot) ?? throw new JsonException("The text is not a snapshot of a host, but null.");

    /// <summary>Reads all but what only the calling thread could.</summary>
    internal static MptcpHostSnapshot Read(HostReader reader, MptcpPathManager? manager) => new()
    {
        Time = DateTimeOffset.UtcNow,
        Kernel = Sockets.Interop.Kernel.Version,
        Interfaces = reader.ReadInterfaces(),
        DefaultRoutes = reader.ReadDefaultRoutes(),
        Rules = reader.ReadRules(),
        Endpoints = TryGetEndpoints(manager),
        Limits = manager?.GetLimits(),
        Maximum = manager?.GetMaximum() ?? MptcpPathManager.OldMaximum,
    };

    static MptcpPathManager? TryOpenManager()
    {
        try
        {
            return MptcpPathManager.Open();
        }
        catch (MptcpNotSupportedException)
        {
            return null;
        }
    }

    static IReadOnlyList<MptcpEndpoint>? TryGetEndpoints(MptcpPathManager? manager)
    {
        try
        {
            return manager?.GetEndpoints();
        }
        catch (MptcpPrivilegeException)
        {
            return null;
        }
    }
}
