using System.Text.Json.Serialization;

namespace Mptcp.Gateway.Configuration;

/// <summary>
/// Options as text, to see whether a reload has changed them: a configuration announces one change twice, and changes of other sections,
/// too.
/// </summary>
[JsonSerializable(typeof(MptcpGatewayOptions))]
sealed partial class OptionsJson : JsonSerializerContext;
