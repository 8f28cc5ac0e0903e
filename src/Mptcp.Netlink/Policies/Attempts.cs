namespace Mptcp.Netlink.Policies;

/// <summary>
/// Limits how often an action that may fail is tried: at once, then after one interval, then after two, and so on up to 64.
/// </summary>
sealed class Attempts<TKey>(TimeSpan interval)
    where TKey : notnull
{
    const int MostDoublings = 6;

    readonly Dictionary<TKey, (int Number, TimeSpan NotBefore)> _last = [];
    readonly Dictionary<TKey, int> _counts = []; // continues when the intervals start again

    /// <summary>Returns whether to try the action now. If so, that counts as an attempt.</summary>
    internal bool MayTry(TKey what, TimeSpan now) => MayTry(what, now, out _);

    /// <inheritdoc cref="MayTry(TKey, TimeSpan)"/>
    /// <param name="what">The action.</param>
    /// <param name="now">The time.</param>
    /// <param name="count">The number of attempts since the last success.</param>
    internal bool MayTry(TKey what, TimeSpan now, out int count)
    {
        count = _counts.GetValueOrDefault(what);
        (int number, TimeSpan notBefore) = _last.GetValueOrDefault(what);
        if (number > 0 && now < notBefore)
            return false;

        _counts[what] = count + 1;
        _last[what] = (Math.Min(number + 1, MostDoublings + 1), now + interval * (1 << Math.Min(number, MostDoublings)));
        return true;
    }

    /// <summary>
    /// Reports success. If the success lasts until the next attempt would be due, the intervals start again. So an unstable state is not
    /// retried each time.
    /// </summary>
    internal void Succeeded(TKey what, TimeSpan now)
    {
        if (_last.TryGetValue(what, out (int Number, TimeSpan NotBefore) last) && now >= last.NotBefore)
            Remove(what);
    }

    /// <summary>Removes the entries of actions that no longer exist.</summary>
    internal void KeepOnly(IReadOnlyCollection<TKey> existing)
    {
        foreach (TKey gone in _counts.Keys.Where(what => !existing.Contains(what)).ToArray())
            Remove(gone);
    }

    internal void Forget() => _last.Clear();

    void Remove(TKey what)
    {
        _last.Remove(what);
        _counts.Remove(what);
    }
}
