using System.Globalization;
using System.Text.Json.Serialization;

namespace Mptcp.Netlink;

/// <summary>
/// The kernel's MPTCP settings of a network namespace (<c>net.mptcp.*</c>). A setting that this kernel does not have is
/// <see langword="null"/>.
/// </summary>
public sealed class MptcpSettings
{
    const string Root = "/proc/sys/net/mptcp";

    /// <summary>Initializes the settings.</summary>
    /// <param name="values">All settings as the kernel writes them, by name without <c>net.mptcp.</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="values"/> is null.</exception>
    public MptcpSettings(IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        Values = values;
    }

    /// <summary>
    /// Gets all settings as the kernel writes them, by name without <c>net.mptcp.</c>, including those without a property here.
    /// </summary>
    public IReadOnlyDictionary<string, string> Values { get; }

    /// <summary>Gets a setting as the kernel writes it; <see langword="null"/> if the kernel does not have it.</summary>
    /// <param name="name">The name without <c>net.mptcp.</c>, such as <c>enabled</c>.</param>
    public string? this[string name] => Values.GetValueOrDefault(name);

    /// <summary>Gets whether programs can create MPTCP sockets (<c>enabled</c>).</summary>
    [JsonIgnore]
    public bool? IsEnabled => Flag("enabled");

    /// <summary>
    /// Gets how long the kernel waits for the confirmation of an announced address before it announces the address again
    /// (<c>add_addr_timeout</c>, seconds); 0 for never.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? AddAddressTimeout => Seconds("add_addr_timeout");

    /// <summary>
    /// Gets whether the announcement of an IPv6 address with a port may replace the TCP timestamps of its packet
    /// (<c>add_addr_v6_port_drop_ts</c>, Linux 7.2). If <see langword="false"/>, the kernel does not send it on connections with
    /// timestamps.
    /// </summary>
    [JsonIgnore]
    public bool? AnnouncesIPv6PortsWithoutTimestamps => Flag("add_addr_v6_port_drop_ts");

    /// <summary>
    /// Gets whether peers may open further subflows to the initial address of a connection (<c>allow_join_initial_addr_port</c>).
    /// </summary>
    [JsonIgnore]
    public bool? AllowsJoinToInitialAddress => Flag("allow_join_initial_addr_port");

    /// <summary>Gets the possible values of <see cref="PathManager"/> (<c>available_path_managers</c>, Linux 6.15).</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? AvailablePathManagers => Words("available_path_managers");

    /// <summary>Gets the possible values of <see cref="Scheduler"/> (<c>available_schedulers</c>, Linux 6.10).</summary>
    [JsonIgnore]
    public IReadOnlyList<string>? AvailableSchedulers => Words("available_schedulers");

    /// <summary>
    /// Gets how long the kernel uses only TCP after a path dropped MPTCP handshakes (<c>blackhole_timeout</c>, seconds, Linux 6.12). Each
    /// further time doubles it. 0 turns it off.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? BlackholeTimeout => Seconds("blackhole_timeout");

    /// <summary>Gets whether data carries a checksum (<c>checksum_enabled</c>).</summary>
    [JsonIgnore]
    public bool? UsesChecksum => Flag("checksum_enabled");

    /// <summary>Gets how long a connection without subflows lives (<c>close_timeout</c>, seconds, Linux 6.7).</summary>
    [JsonIgnore]
    public TimeSpan? CloseTimeout => Seconds("close_timeout");

    /// <summary>
    /// Gets the path manager of new connections, <c>kernel</c> or <c>userspace</c> (<c>path_manager</c>, Linux 6.15; before, from
    /// <c>pm_type</c>).
    /// </summary>
    [JsonIgnore]
    public string? PathManager => this["path_manager"] ?? this["pm_type"] switch
    {
        "0" => "kernel",
        "1" => "userspace",
        _ => null,
    };

    /// <summary>Gets the packet scheduler of new connections (<c>scheduler</c>).</summary>
    [JsonIgnore]
    public string? Scheduler => this["scheduler"];

    /// <summary>
    /// Gets the number of retransmission timeouts without an answer after which the scheduler avoids a subflow (<c>stale_loss_cnt</c>); 0
    /// for never.
    /// </summary>
    [JsonIgnore]
    public int? StaleLossCount => Number("stale_loss_cnt");

    /// <summary>
    /// Gets the number of unanswered SYNs with MPTCP after which the kernel tries TCP (<c>syn_retrans_before_tcp_fallback</c>, Linux 6.15).
    /// </summary>
    [JsonIgnore]
    public int? SynRetransmitsBeforeFallback => Number("syn_retrans_before_tcp_fallback");

    /// <summary>Reads the settings of the calling thread's network namespace. On a system without MPTCP, the result is empty.</summary>
    /// <example><code>bool isDisabled = MptcpSettings.Read().IsEnabled == false;</code></example>
    public static MptcpSettings Read()
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in Directory.Exists(Root) ? Directory.EnumerateFiles(Root) : [])
        {
            if (TryRead(path) is { } value)
                values[Path.GetFileName(path)] = value;
        }

        return new MptcpSettings(values);
    }

    /// <summary>Returns null if a container hides the file.</summary>
    static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    bool? Flag(string name) => Number(name) is { } number ? number != 0 : null;

    TimeSpan? Seconds(string name) => Number(name) is { } number ? TimeSpan.FromSeconds(number) : null;

    string[]? Words(string name) => this[name]?.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    int? Number(string name) => int.TryParse(this[name], CultureInfo.InvariantCulture, out int number) ? number : null;
}
