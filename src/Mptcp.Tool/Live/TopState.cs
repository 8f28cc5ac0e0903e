using Mptcp.Netlink;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Live;

/// <summary>The choices of the user: order, filter, selection, and the connection that is shown in detail.</summary>
sealed class TopState
{
    internal TopSort Sort { get; private set; }

    internal string Filter { get; private set; } = "";

    /// <summary>Whether keys are letters for the filter.</summary>
    internal bool IsFiltering { get; private set; }

    internal PathKey? Selected { get; private set; }

    /// <summary>The connection that is shown in detail.</summary>
    internal uint? Opened { get; private set; }

    /// <summary>The path that 'y' closes.</summary>
    internal PathKey? Closing { get; private set; }

    internal string Message { get; set; } = "";

    internal IReadOnlyList<MptcpConnection> Shown(TopSample sample)
    {
        IEnumerable<MptcpConnection> shown = sample.Connections.Where(connection => IsShown(sample, connection));
        return [.. Sort switch
        {
            TopSort.Rate => shown.OrderByDescending(sample.RateOf).ThenBy(connection => connection.Token),
            TopSort.Rtt => shown.OrderByDescending(TopSample.LowestRttOf).ThenBy(connection => connection.Token),
            TopSort.Process => shown.OrderBy(sample.NameOf, StringComparer.Ordinal).ThenBy(connection => connection.Token),
            _ => shown.OrderBy(connection => connection.Token),
        }];
    }

    /// <summary>Returns the action for a path, or null.</summary>
    internal TopAction? Handle(ConsoleKeyInfo key, TopSample sample)
    {
        Message = "";
        if (IsFiltering)
        {
            HandleFilter(key);
            return null;
        }

        if (Closing is { } closing)
        {
            Closing = null;
            return key.KeyChar == 'y' ? new TopAction(TopActionKind.Close, closing) : null;
        }

        switch (key.Key)
        {
            case ConsoleKey.UpArrow or ConsoleKey.K:
                Move(sample, -1);
                break;
            case ConsoleKey.DownArrow or ConsoleKey.J:
                Move(sample, 1);
                break;
            case ConsoleKey.Enter:
                Opened = Selected?.Token;
                break;
            case ConsoleKey.Escape or ConsoleKey.Backspace:
                Opened = null;
                break;
            case ConsoleKey.S:
                Sort = (TopSort)(((int)Sort + 1) % Enum.GetValues<TopSort>().Length);
                break;
            case ConsoleKey.B:
                return OnPath(path => new TopAction(TopActionKind.ToggleBackup, path));
            case ConsoleKey.X:
                return OnPath(path =>
                {
                    Closing = path;
                    return null;
                });
            default:
                IsFiltering = key.KeyChar == '/';
                break;
        }

        return null;
    }

    void HandleFilter(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsFiltering = false;
                break;
            case ConsoleKey.Escape:
                (IsFiltering, Filter) = (false, "");
                break;
            case ConsoleKey.Backspace:
                Filter = Filter.Length > 0 ? Filter[..^1] : "";
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                    Filter += key.KeyChar;

                break;
        }
    }

    void Move(TopSample sample, int by)
    {
        PathKey[] rows = [.. Shown(sample).SelectMany(connection => (connection.Subflows ?? []).Select(subflow => PathKey.Of(connection, subflow)).Prepend(PathKey.Of(connection)))];
        int at = Selected is { } selected ? Array.IndexOf(rows, selected) : -1;
        Selected = rows.Length == 0 ? null : rows[Math.Clamp(at + by, 0, rows.Length - 1)];
    }

    TopAction? OnPath(Func<PathKey, TopAction?> then)
    {
        if (Selected is { Local: not null } path)
            return then(path);

        Message = "Select a path first, with the arrow keys.";
        return null;
    }

    bool IsShown(TopSample sample, MptcpConnection connection) => Filter.Length == 0
        || $"{Format.Token(connection.Token)} {connection.LocalEndPoint} {connection.RemoteEndPoint} {sample.NameOf(connection)} {string.Join(' ', (connection.Subflows ?? []).Select(sample.Interfaces.Of))}"
            .Contains(Filter, StringComparison.OrdinalIgnoreCase);
}
