using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Mptcp.Tool.Commands;
using Mptcp.Tool.Json;

namespace Mptcp.Tool.Tests;

/// <summary>Checks that docs/tool.md contains every command and every name of --json.</summary>
public class DocumentTests
{
    static readonly string s_guide = File.ReadAllText(Repository.PathOf("docs/tool.md"));

    [Fact]
    public void Every_command_is_in_the_guide()
    {
        foreach (System.CommandLine.Command command in new MptcpCommand().Subcommands)
            s_guide.Should().Contain($"`mptcp {command.Name}");
    }

    [Fact]
    public void Every_name_of_json_is_in_the_guide()
    {
        JsonTypeInfo[] types = [.. typeof(ToolJson).Assembly.GetTypes()
            .Where(type => type.Namespace == typeof(ToolJson).Namespace && type.Name.EndsWith("Line", StringComparison.Ordinal))
            .Select(type => ToolJson.Default.GetTypeInfo(type)!)];

        types.Should().HaveCountGreaterThan(10).And.NotContainNulls();
        foreach (JsonPropertyInfo property in types.SelectMany(type => type.Properties))
            s_guide.Should().Contain($"`{property.Name}`");
    }

    [Fact]
    public void Every_exit_code_is_in_the_guide()
    {
        foreach (FieldInfo code in typeof(ExitCode).GetFields(BindingFlags.Static | BindingFlags.NonPublic))
            s_guide.Should().Contain($"| {code.GetRawConstantValue()} | ");
    }
}
