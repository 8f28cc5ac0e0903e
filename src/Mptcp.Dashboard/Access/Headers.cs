using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Mptcp.Dashboard.Access;

/// <summary>The headers of all responses.</summary>
static class Headers
{
    /// <summary>Nothing but our own files: no inline script, no inline style, no other host, no frame.</summary>
    internal const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    internal static void Set(HttpResponse response)
    {
        response.Headers[HeaderNames.ContentSecurityPolicy] = Policy;
        response.Headers[HeaderNames.XContentTypeOptions] = "nosniff";
        response.Headers[HeaderNames.CacheControl] = "no-store";
        response.Headers["Referrer-Policy"] = "no-referrer";
    }
}
