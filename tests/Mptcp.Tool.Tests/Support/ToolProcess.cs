using System.Text.Json;
using Mptcp.Lab;

namespace Mptcp.Tool.Tests.Support;

/// <summary>The command as a process on a host of a lab, as built with these tests.</summary>
static class ToolProcess
{
    internal static string[] Command(params string[] arguments) => ["dotnet", Repository.Assembly("src/Mptcp.Tool"), .. arguments];

    internal static Child Start(LabHost host, params string[] arguments) => host.Run(() => Child.Start("dotnet", Command(arguments)[1..]));

    internal static async Task<Child.Result> RunAsync(LabHost host, params string[] arguments)
    {
        await using Child child = Start(host, arguments);
        return await child.ExitAsync();
    }

    /// <summary>Returns the objects that the command prints with --json.</summary>
    internal static async Task<JsonElement[]> ObjectsAsync(LabHost host, params string[] arguments)
    {
        Child.Result result = (await RunAsync(host, [.. arguments, "--json"])).ShouldSucceed();
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>Runs the command without capabilities, as an ordinary user.</summary>
    internal static async Task<Child.Result> RunUnprivilegedAsync(LabHost host, params string[] arguments)
    {
        string setpriv = Needs.Program("setpriv", "util-linux");
        await using Child child = host.Run(() => Child.Start(
            setpriv, ["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", .. Command(arguments)]));
        return await child.ExitAsync();
    }

    internal static string? Text(this JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.ToString() : null;
}
