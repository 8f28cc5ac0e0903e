using Microsoft.Extensions.Configuration;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Finds what a configuration binder ignores: keys that it does not know, and values of another shape than it expects.</summary>
static class EndpointsConfiguration
{
    const string Rules = nameof(MptcpEndpointsOptions.Rules), Interfaces = nameof(MptcpEndpointsOptions.Interfaces);

    static readonly string[]
        s_values =
        [
            nameof(MptcpEndpointsOptions.Flags), nameof(MptcpEndpointsOptions.Heal), nameof(MptcpEndpointsOptions.RaiseLimits),
            nameof(MptcpEndpointsOptions.AcceptedAddresses), nameof(MptcpEndpointsOptions.AlsoWithoutDefaultRoute),
            nameof(MptcpEndpointsOptions.RemoveOnStop), nameof(MptcpEndpointsOptions.Routing),
            nameof(MptcpEndpointsOptions.FirstRoutingTable),
        ],
        s_lists = [nameof(MptcpInterfaceSelection.Allow), nameof(MptcpInterfaceSelection.Deny), nameof(MptcpInterfaceSelection.Metered)],
        s_ofRule =
        [
            nameof(MptcpEndpointRule.Match), nameof(MptcpEndpointRule.Flags), nameof(MptcpEndpointRule.Metered),
            nameof(MptcpEndpointRule.Family), nameof(MptcpEndpointRule.Priority),
        ];

    internal static IEnumerable<string> FindProblems(IConfiguration configuration)
    {
        foreach (IConfigurationSection section in configuration.GetChildren())
        {
            IEnumerable<string> problems = section.Key switch
            {
                var key when Is(key, Interfaces) => FindInKeys(section, s_lists, FindInList),
                var key when Is(key, Rules) => FindInList(section, rule => FindInKeys(rule, s_ofRule, FindInValue)),
                var key when s_values.Any(known => Is(key, known)) => FindInValue(section),
                _ => [Unknown(section, [Interfaces, Rules, .. s_values])],
            };
            foreach (string problem in problems)
                yield return problem;
        }
    }

    static IEnumerable<string> FindInKeys(
        IConfigurationSection section, string[] known, Func<IConfigurationSection, IEnumerable<string>> findProblems) =>
        IsScalar(section)
            ? [$"{section.Path} is '{section.Value}', but must be an object with the keys {string.Join(", ", known)}."]
            : section.GetChildren().SelectMany(
                child => known.Any(key => Is(child.Key, key)) ? findProblems(child) : [Unknown(child, known)]);

    static IEnumerable<string> FindInList(IConfigurationSection section) => FindInList(section, FindInValue);

    static IEnumerable<string> FindInList(
        IConfigurationSection section, Func<IConfigurationSection, IEnumerable<string>> findProblems) =>
        IsScalar(section)
            ? [$"{section.Path} is '{section.Value}', but must be a list. "
                + $"Write \"{section.Key}\": [ … ] in JSON, or the key {section.Path}:0 elsewhere."]
            : section.GetChildren().SelectMany(findProblems);

    static IEnumerable<string> FindInValue(IConfigurationSection section) =>
        section.GetChildren().Any() ? [$"{section.Path} is a list or an object. Write one value."] : [];

    static string Unknown(IConfigurationSection section, string[] known) =>
        $"{section.Path} is not a setting. The settings here are {string.Join(", ", known)}.";

    /// <summary>An empty list in JSON is an empty value.</summary>
    static bool IsScalar(IConfigurationSection section) => !string.IsNullOrEmpty(section.Value) && !section.GetChildren().Any();

    static bool Is(string key, string known) => string.Equals(key, known, StringComparison.OrdinalIgnoreCase);
}
