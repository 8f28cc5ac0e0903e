using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Mptcp.Dashboard.Access;

/// <summary>
/// The secret that a browser presents once in the query string, and then as a cookie. The cookie holds a hash of it. Its name has the port, because browsers share
/// cookies between the ports of a host, and <see cref="Id"/>, because several dashboards may share a host and port behind a proxy.
/// </summary>
sealed class AccessToken(string? secret)
{
    internal const string Parameter = "t";

    readonly byte[]? _hash = secret is null ? null : Hash(secret);

    /// <summary>Gets a name of the secret that does not tell it: a part of a second hash.</summary>
    internal string Id { get; } = secret is null ? "" : Encoding.ASCII.GetString(Hash(Encoding.ASCII.GetString(Hash(secret))), 0, 8);

    /// <summary>Returns whether the query string has the secret. Then the cookie is set, and the browser should go to the same page without it.</summary>
    internal bool TryEnter(HttpContext context)
    {
        if (_hash is null || context.Request.Query[Parameter] is not [{ Length: > 0 } given] || !IsSame(Hash(given)))
            return false;

        context.Response.Cookies.Append(CookieName(context), Encoding.ASCII.GetString(_hash), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax, // Strict would be left out when the link is followed from another page
            Secure = context.Request.IsHttps,
        });
        return true;
    }

    internal bool IsAllowed(HttpContext context) =>
        _hash is null || (context.Request.Cookies[CookieName(context)] is { Length: 2 * SHA256.HashSizeInBytes } cookie && IsSame(Encoding.ASCII.GetBytes(cookie)));

    string CookieName(HttpContext context) => $"mptcp-dashboard-{context.Request.Host.Port ?? 0}-{Id}";

    static byte[] Hash(string text) => Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    bool IsSame(byte[] hash) => CryptographicOperations.FixedTimeEquals(hash, _hash);
}
