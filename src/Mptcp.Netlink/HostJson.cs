using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mptcp.Netlink;

/// <summary>How a <see cref="MptcpHostSnapshot"/> is written as JSON, without reflection.</summary>
[JsonSerializable(typeof(MptcpHostSnapshot))]
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TextConverter<IPAddress>), typeof(TextConverter<IPNetwork>)])]
sealed partial class HostJson : JsonSerializerContext
{
    /// <summary>Addresses and networks as their texts; .NET has no form of its own for them.</summary>
    sealed class TextConverter<T> : JsonConverter<T>
        where T : ISpanParsable<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), null, out T? value)
                ? value
                : throw new JsonException($"This is not an {typeof(T).Name}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
