using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink;

/// <summary>
/// Describes the paths of this host at one moment. A snapshot can be saved as JSON and examined on another machine: see
/// <see cref="MptcpDoctor"/>.
/// </summary>
public sealed record MptcpHostSnapshot
{
    static readonly MptcpConnectionFilter s_all = new()
    {
        States = [.. Enum.GetValues<TcpState>().Where(state => state is not (TcpState.Unknown or TcpState.DeleteTcb))],
        IncludeSubflows = true,
    };

    /// <summary>The format of the JSON that this version of the package reads and writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Gets the format of the JSON. See <see cref="CurrentFormat"/>.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Gets the time when the snapshot was taken.</summary>
    public DateTimeOffset Time { get; init; }

    // The source generator for JSON sets what a file lacks to null, in spite of initial values. So these properties replace null.

    /// <summary>Gets the version of the kernel.</summary>
    public Version KernelVersion { get; init => field = value ?? new(); } = new();

    /// <summary>Gets the full name of the kernel's release, such as <c>6.12.41+deb13-amd64</c>.</summary>
    public string KernelRelease { get; init => field = value ?? ""; } = "";

    /// <summary>Gets why the system provides no MPTCP socket; <see cref="MptcpUnavailableReason.None"/> if it provides them.</summary>
    public MptcpUnavailableReason UnavailableReason { get; init; }

    /// <summary>Gets the kernel's MPTCP settings.</summary>
    public MptcpSettings Settings { get; init => field = value ?? new(new Dictionary<string, string>()); } = new(new Dictionary<string, string>());

    /// <summary>Gets all network interfaces with all addresses, including loopback and interfaces that are down.</summary>
    public IReadOnlyList<MptcpInterface> Interfaces { get; init => field = value ?? []; } = [];

    /// <summary>Gets the default routes of all routing tables.</summary>
    public IReadOnlyList<MptcpHostRoute> DefaultRoutes { get; init => field = value ?? []; } = [];

    /// <summary>Gets the rules of the routing policy, for both address families.</summary>
    public IReadOnlyList<MptcpHostRule> Rules { get; init => field = value ?? []; } = [];

    /// <summary>
    /// Gets the endpoints; <see langword="null"/> if the kernel has no MPTCP, or if it does not list them: Linux 6.7 to 6.11 require
    /// <c>CAP_NET_ADMIN</c> for that.
    /// </summary>
    public IReadOnlyList<MptcpEndpoint>? Endpoints { get; init; }

    /// <summary>Gets the limits of the path manager; <see langword="null"/> if the kernel has no MPTCP.</summary>
    public MptcpLimits? Limits { get; init; }

    /// <summary>Gets the highest limit that the kernel allows. See <see cref="MptcpPathManager.GetMaximum"/>.</summary>
    public int Maximum { get; init; } = MptcpPathManager.OldMaximum;

    /// <summary>Gets the largest number of endpoints. See <see cref="MptcpPathManager.GetMaximumEndpoints"/>.</summary>
    [JsonIgnore]
    public int MaximumEndpoints => MptcpPathManager.MaximumEndpoints(Maximum);

    /// <summary>Gets the kernel's MPTCP counters.</summary>
    public MptcpCounters Counters { get; init => field = value ?? new([]); } = new([]);

    /// <summary>
    /// Gets the MPTCP sockets with their subflows, including listening sockets; <see langword="null"/> if the kernel does not list them
    /// (<c>CONFIG_INET_MPTCP_DIAG</c>).
    /// </summary>
    public IReadOnlyList<MptcpHostConnection>? Connections { get; init; }

    /// <summary>Gets the other programs that may manage endpoints in this network namespace.</summary>
    public IReadOnlyList<MptcpEndpointManager> OtherManagers { get; init => field = value ?? []; } = [];

    /// <summary>Takes a snapshot of the network namespace of the calling thread. Needs no privilege.</summary>
    /// <example><code>await File.WriteAllTextAsync("host.json", MptcpHostSnapshot.Take().ToJson());</code></example>
    /// <exception cref="MptcpNotSupportedException">The system is not Linux.</exception>
    /// <exception cref="MptcpNetlinkException">The kernel refuses to list interfaces, routes or rules.</exception>
    /// <exception cref="SocketException">The process has too many open files.</exception>
    public static MptcpHostSnapshot Take()
    {
        if (!OperatingSystem.IsLinux())
            throw new Sockets.Creation.Refusal(MptcpUnavailableReason.NotLinux).ToException();

        using HostReader reader = HostReader.Open();
        using MptcpPathManager? manager = TryOpenManager();
        return Read(reader, manager) with
        {
            KernelRelease = Proc.TryReadText("/proc/sys/kernel/osrelease")?.Trim() ?? "",
            UnavailableReason = MptcpCapabilities.FindUnavailableReason(),
            Settings = MptcpSettings.Read(),
            Counters = MptcpCounters.Read(),
            Connections = TryListConnections(),
            OtherManagers =
            [
                .. new OtherManagers().Find().Select(other => new MptcpEndpointManager { Name = other.Name, ProcessId = other.ProcessId }),
            ],
        };
    }

    /// <summary>Writes the snapshot as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, HostJson.Default.MptcpHostSnapshot);

    /// <summary>Reads a snapshot that <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The text.</param>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="JsonException">The text is not a snapshot, or its format is not <see cref="CurrentFormat"/>.</exception>
    public static MptcpHostSnapshot FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        CheckFormat(json);
        return JsonSerializer.Deserialize(json, HostJson.Default.MptcpHostSnapshot)!;
    }

    /// <summary>Reads everything except the values that only the calling thread can read.</summary>
    internal static MptcpHostSnapshot Read(HostReader reader, MptcpPathManager? manager)
    {
        var defaultRoutes = new Lazy<IReadOnlyList<MptcpHostRoute>>(reader.ReadDefaultRoutes);
        return new MptcpHostSnapshot
        {
            Time = DateTimeOffset.UtcNow,
            KernelVersion = Kernel.Version,
            Interfaces = reader.ReadInterfaces(defaultRoutes),
            DefaultRoutes = defaultRoutes.Value,
            Rules = reader.ReadRules(),
            Endpoints = TryGetEndpoints(manager),
            Limits = manager?.GetLimits(),
            Maximum = manager?.GetMaximum() ?? MptcpPathManager.OldMaximum,
        };
    }

    static void CheckFormat(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("format", out JsonElement format)
            || format.ValueKind != JsonValueKind.Number
            || !format.TryGetInt32(out int number))
        {
            throw new JsonException(
                "Cannot read the snapshot: the text is not a snapshot of a host. Save one with MptcpHostSnapshot.ToJson().");
        }

        if (number != CurrentFormat)
        {
            throw new JsonException(
                $"Cannot read the snapshot: it has format {number}, and this version of Mptcp.Netlink reads format {CurrentFormat}. "
                + "Read it with the version that wrote it, or save it again.");
        }

        if (HasNullInList(document.RootElement))
            throw new JsonException("Cannot read the snapshot: an element of a list is null. Save the snapshot again.");
    }

    static bool HasNullInList(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.Null || HasNullInList(one)),
        JsonValueKind.Object => element.EnumerateObject().Any(property => HasNullInList(property.Value)),
        _ => false,
    };

    /// <summary>Requests subflows, which older kernels report to privileged processes only.</summary>
    static IReadOnlyList<MptcpHostConnection>? TryListConnections()
    {
        try
        {
            return [.. MptcpConnections.List(s_all).Select(MptcpHostConnection.From)];
        }
        catch (MptcpNotSupportedException)
        {
            return null;
        }
    }

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
