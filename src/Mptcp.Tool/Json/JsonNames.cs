using System.Text.Json;

namespace Mptcp.Tool.Json;

static class JsonNames
{
    /// <summary>"NoDefaultRoute" as "no-default-route".</summary>
    internal static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
