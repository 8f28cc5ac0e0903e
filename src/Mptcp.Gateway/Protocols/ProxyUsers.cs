using System.Security.Cryptography;
using System.Text;

namespace Mptcp.Gateway.Protocols;

/// <summary>The users of a proxy. Without users, no client has to log in.</summary>
sealed class ProxyUsers(IEnumerable<KeyValuePair<string, string>> passwords)
{
    readonly Dictionary<string, byte[]> _hashes =
        passwords.ToDictionary(user => user.Key, user => Hash(user.Value), StringComparer.Ordinal);

    internal bool IsEmpty => _hashes.Count == 0;

    /// <summary>Takes the same time for every wrong password.</summary>
    internal bool Accept(ProxyLogin login) =>
        CryptographicOperations.FixedTimeEquals(Hash(login.Password), _hashes.GetValueOrDefault(login.Name, []))
        && _hashes.ContainsKey(login.Name);

    static byte[] Hash(string password) => SHA256.HashData(Encoding.UTF8.GetBytes(password));
}
