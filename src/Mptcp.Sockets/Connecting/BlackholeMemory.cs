using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Remembers the paths on which the peer answers TCP but not MPTCP, so that only the first connect waits. An entry is a suspicion until a
/// check confirms it. It expires as the kernel's own memory does (net/mptcp/ctrl.c). All entries are forgotten when this machine's
/// addresses change.
/// </summary>
sealed class BlackholeMemory(TimeProvider clock)
{
    internal const int Capacity = 1024;

    /// <summary>The kernel doubles the period at most this many times: <c>mptcp_active_should_disable</c>.</summary>
    internal const int MostDoublings = 6;

    /// <summary>Longer than any check takes: a suspicion that no check confirms ends by itself.</summary>
    static readonly TimeSpan s_longestSuspicion = TimeSpan.FromSeconds(10);

    static readonly TimeSpan s_defaultPeriod = TimeSpan.FromHours(1);

    readonly Lock _lock = new();
    readonly Dictionary<Key, Entry> _entries = []; // guarded by _lock
    volatile bool _isEmpty = true;
    bool _followsAddresses; // guarded by _lock

    /// <summary>The memory of this process.</summary>
    internal static BlackholeMemory Shared { get; } = new(TimeProvider.System);

    /// <summary>Looks up a path. Nearly free while the memory is empty.</summary>
    internal BlackholeSuspicion Find(IPEndPoint target, LocalPath path)
    {
        if (_isEmpty)
            return BlackholeSuspicion.None;

        lock (_lock)
        {
            return !_entries.TryGetValue(Key.Of(target, path), out Entry entry) || entry.EndsAt <= Now ? BlackholeSuspicion.None
                : entry.IsConfirmed ? BlackholeSuspicion.Confirmed
                : BlackholeSuspicion.Suspected;
        }
    }

    /// <summary>Returns the time until MPTCP is tried again; null if MPTCP is not avoided.</summary>
    internal TimeSpan? TimeUntilRetry(IPEndPoint target, LocalPath path)
    {
        if (_isEmpty)
            return null;

        lock (_lock)
            return _entries.TryGetValue(Key.Of(target, path), out Entry entry) && entry.IsConfirmed && entry.EndsAt - Now is var left && left > TimeSpan.Zero ? left : null;
    }

    internal MptcpBlackhole[] GetAll()
    {
        lock (_lock)
        {
            TimeSpan now = Now;
            return [.. _entries.Where(known => known.Value.IsConfirmed && known.Value.EndsAt > now).Select(known => ToPublic(known.Key, known.Value, now))];
        }
    }

    /// <summary>
    /// Records that TCP was answered and MPTCP was not. Returns true if that is new, so that a check is due. Returns false also if
    /// <c>net.mptcp.blackhole_timeout</c> is 0, which turns this memory off.
    /// </summary>
    internal bool TrySuspect(IPEndPoint target, LocalPath path) => TrySuspect(target, path, Sysctl.BlackholeTimeout ?? s_defaultPeriod);

    /// <param name="target">The address and port.</param>
    /// <param name="path">The path that was tried.</param>
    /// <param name="period">How long MPTCP is avoided after the first confirmation.</param>
    internal bool TrySuspect(IPEndPoint target, LocalPath path, TimeSpan period)
    {
        if (period <= TimeSpan.Zero)
            return false;

        Key key = Key.Of(target, path);
        lock (_lock)
        {
            _entries.TryGetValue(key, out Entry before);
            if (before.EndsAt > Now)
                return false;

            if (_entries.Count >= Capacity && before == default)
                _entries.Remove(_entries.MinBy(known => known.Value.EndsAt).Key);

            _entries[key] = new Entry(before.Occurrences, period, Now + s_longestSuspicion, IsConfirmed: false);
            _isEmpty = false;
            FollowAddresses();
            return true;
        }
    }

    /// <summary>Confirms a suspicion; returns null if it was forgotten meanwhile.</summary>
    internal MptcpBlackhole? TryConfirm(IPEndPoint target, LocalPath path)
    {
        Key key = Key.Of(target, path);
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out Entry entry) || entry.IsConfirmed)
                return null;

            TimeSpan avoided = entry.Period * (1 << Math.Min(entry.Occurrences, MostDoublings));
            Entry confirmed = entry with { Occurrences = entry.Occurrences + 1, EndsAt = Now + avoided, IsConfirmed = true };
            _entries[key] = confirmed;
            return ToPublic(key, confirmed, Now);
        }
    }

    internal void Forget(IPEndPoint target, LocalPath path)
    {
        if (_isEmpty)
            return;

        lock (_lock)
        {
            _entries.Remove(Key.Of(target, path));
            _isEmpty = _entries.Count == 0;
        }
    }

    internal void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _isEmpty = true;
        }
    }

    TimeSpan Now => clock.GetElapsedTime(0);

    /// <summary>
    /// Runs on a thread of the pool: .NET's watcher lives as long as the process, in the network namespace of the thread that starts it.
    /// </summary>
    /// <remarks>The watcher reports interfaces and IPv4 addresses.</remarks>
    void FollowAddresses()
    {
        if (_followsAddresses)
            return;

        _followsAddresses = true;
        ThreadPool.UnsafeQueueUserWorkItem(static memory => memory.Subscribe(), this, preferLocal: false);
    }

    void Subscribe()
    {
        try
        {
            NetworkChange.NetworkAddressChanged += (_, _) => Clear();
        }
        catch (NetworkInformationException)
        {
            // This fails in a sandbox without netlink, and if no descriptor is free. Entries expire anyway, and the next suspicion tries
            // again.
            lock (_lock)
                _followsAddresses = false;
        }
    }

    static MptcpBlackhole ToPublic(Key key, Entry entry, TimeSpan now) =>
        new(new IPEndPoint(key.Address, key.Port), key.Interface, entry.Occurrences, entry.EndsAt - now);

    readonly record struct Key(IPAddress Address, int Port, string? Interface)
    {
        /// <summary>An IPv4-mapped IPv6 address is treated as the IPv4 address.</summary>
        internal static Key Of(IPEndPoint target, LocalPath path) =>
            new(target.Address.IsIPv4MappedToIPv6 ? target.Address.MapToIPv4() : target.Address, target.Port, path.Interface);
    }

    /// <param name="Occurrences">How many times in a row it was confirmed.</param>
    /// <param name="Period">How long MPTCP is avoided after the first confirmation.</param>
    /// <param name="EndsAt">When it expires, by the clock.</param>
    /// <param name="IsConfirmed">False while it is a suspicion.</param>
    readonly record struct Entry(int Occurrences, TimeSpan Period, TimeSpan EndsAt, bool IsConfirmed);
}
