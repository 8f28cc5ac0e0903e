namespace Mptcp.Gateway.Protocols;

/// <summary>The name and the password that a client of a proxy has sent.</summary>
sealed record ProxyLogin(string Name, string Password)
{
    const int LongestText = 64;

    /// <summary>Returns the name as it may be logged: short, on one line, and without the password.</summary>
    public override string ToString() =>
        string.Concat(Name.Take(LongestText).Select(c => char.IsControl(c) ? '?' : c)) + (Name.Length > LongestText ? "…" : "");
}
