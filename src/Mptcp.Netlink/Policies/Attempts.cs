namespace Mptcp.Netlink.Policies;

/// <summary>When what may fail may be tried: at once, then after an interval, after two more, and so on up to 64.</summary>
sealed class Attempts<TKey>(TimeSpan interval)
    where TKey : notnull
{
    const int MostDoublings = 6;

    readonly Dictionary<TKey, (int Number, TimeSpan NotBefore)> _last = [];
    readonly Dictionary<TKey, int> _counts = []; // goes on where the pauses begin anew

    /// <summary>Whether to try it now, which counts as an attempt.</summary>
    internal bool MayTry(TKey what, TimeSpan now) => MayTry(what, now, out _);

    /// <inheritdoc cref="MayTry(TKey, TimeSpan)"/>
    /// <param name="what">What to try.</param>
    /// <param name="now">When.</param>
    /// <param name="count">How many attempts there have been since it last succeeded.</param>
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

    /// <summary>It is as it should be: if still when it could be tried again, that begins anew, so that what comes and goes is not tried each time.</summary>
    internal void Succeeded(TKey what, TimeSpan now)
    {
        if (_last.TryGetValue(what, out (int Number, TimeSpan NotBefore) last) && now >= last.NotBefore)
            Remove(what);
    }

    /// <summary>Of what is no more, nothing is kept.</summary>
    internal void KeepOnly(IReadOnlyCollection<TKey> existing)
    {
        foreach (TKey gone in _last.Keys.Where(what => !existing.Contains(what)).ToArray())
            Remove(gone);
    }

    internal void Forget() => _last.Clear();

    void Remove(TKey what)
    {
        _last.Remove(what);
        _counts.Remove(what);
    }
}
