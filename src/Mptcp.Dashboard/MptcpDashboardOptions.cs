namespace Mptcp.Dashboard;

/// <summary>The options of the dashboard.</summary>
public sealed class MptcpDashboardOptions
{
    /// <summary>
    /// Gets or sets whether pages can change paths and endpoints, after a confirmation. The default is <see langword="false"/>: pages only read. Changes need <c>CAP_NET_ADMIN</c>, and
    /// are answered with 403 unless there is an <see cref="AccessToken"/>, the dashboard has <c>RequireAuthorization</c>, or the user is authenticated.
    /// </summary>
    public bool AllowChanges { get; set; }

    /// <summary>
    /// Gets or sets a secret that a browser must present once, in the query string as <c>?t=SECRET</c>; a cookie remembers it. The default is <see langword="null"/>: the
    /// application decides who may read, for example with <c>RequireAuthorization</c>.
    /// </summary>
    public string? AccessToken { get; set; }

    /// <summary>
    /// Gets or sets the file of the network namespace to show, such as <c>/run/netns/NAME</c> or <c>/proc/PID/ns/net</c>. The default is <see langword="null"/>: the namespace of this
    /// process. Another one needs <c>CAP_SYS_ADMIN</c>.
    /// </summary>
    public string? NetworkNamespace { get; set; }
}
