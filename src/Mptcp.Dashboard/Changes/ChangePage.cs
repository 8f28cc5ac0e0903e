using Mptcp.Dashboard.Html;
using Mptcp.Dashboard.Pages;

namespace Mptcp.Dashboard.Changes;

/// <summary>Asks before a change, and says what was done.</summary>
static class ChangePage
{
    internal static Page Ask(Change change, IEnumerable<KeyValuePair<string, string>> fields, (string Name, string Value) antiforgery) => new("Confirm", $"""
        <form method="post" action="change" class="confirm">
        <p>{change.Question}</p>
        {fields.Append(KeyValuePair.Create(antiforgery.Name, antiforgery.Value)).Select(field => (Markup)$"""<input type="hidden" name="{field.Key}" value="{field.Value}">""")}
        {(fields.Any(field => field is { Key: "do", Value: "add" }) ? NewEndpoint : Markup.None)}
        <p><button>Do it</button> <a href="{Back(fields)}">Cancel</a></p>
        </form>
        """)
    {
        IsLive = false,
    };

    internal static Page Done(string what) => new("Done", $"""<p>{what}</p><p><a href="interfaces">Interfaces</a> <a href="connections">Connections</a></p>""") { IsLive = false };

    /// <summary>Returns the page that offered the change.</summary>
    static string Back(IEnumerable<KeyValuePair<string, string>> fields) =>
        fields.FirstOrDefault(field => field.Key == "token").Value is { } token ? $"connections/{token}" : "interfaces";

    static Markup NewEndpoint => $"""
        <p><label>Address <input name="address" required autocomplete="off"></label></p>
        <p><label>Interface, if its paths should be bound to one <input name="interface" autocomplete="off"></label></p>
        <p><label>Role <select name="role"><option value="subflow">subflow: this host opens paths from it</option><option value="signal">signal: this host announces it</option></select></label></p>
        <p><label><input type="checkbox" name="backup" value="yes"> backup: only if no other path works</label></p>
        """;
}
