namespace Mptcp.Gateway.Protocols;

/// <summary>The name and the password that a client of a proxy has sent.</summary>
sealed record ProxyLogin(string Name, string Password)
{
    public override string ToString() => Name; // a password belongs in no log
}
