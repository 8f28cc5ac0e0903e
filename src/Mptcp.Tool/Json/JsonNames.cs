using System.Text.Json;

namespace Mptcp.Tool.Json;

static class JsonNames
{
    /// <summary>Converts "NoDefaultRoute" to "no-default-route".</summary>
    internal static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
