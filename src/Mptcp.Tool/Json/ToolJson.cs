using System.Text.Json.Serialization;

namespace Mptcp.Tool.Json;

/// <summary>The objects of <c>--json</c>, without reflection. docs/tool.md documents the names.</summary>
[JsonSerializable(typeof(ConnectionLine))]
[JsonSerializable(typeof(CounterLine))]
[JsonSerializable(typeof(DashboardLine))]
[JsonSerializable(typeof(EndpointLine))]
[JsonSerializable(typeof(ErrorLine))]
[JsonSerializable(typeof(EventLine))]
[JsonSerializable(typeof(EventLine[]))]
[JsonSerializable(typeof(FindingLine))]
[JsonSerializable(typeof(FindingLine[]))]
[JsonSerializable(typeof(GetLine))]
[JsonSerializable(typeof(LimitsLine))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(PlanLine))]
[JsonSerializable(typeof(ProbeLine))]
[JsonSerializable(typeof(RoutingLine))]
[JsonSerializable(typeof(SettingLine))]
[JsonSerializable(typeof(StatusLine))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
sealed partial class ToolJson : JsonSerializerContext;
