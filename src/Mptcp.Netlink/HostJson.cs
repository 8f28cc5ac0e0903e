using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>Writes a <see cref="MptcpHostSnapshot"/> as JSON, without reflection.</summary>
[JsonSerializable(typeof(MptcpHostSnapshot))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters =
    [
        typeof(TextConverter<IPAddress>), typeof(TextConverter<IPNetwork>), typeof(EndPointConverter), typeof(CountersConverter),
    ])]
sealed partial class HostJson : JsonSerializerContext
{
    /// <summary>Converts an address and port to one text.</summary>
    sealed class EndPointConverter : JsonConverter<IPEndPoint>
    {
        public override IPEndPoint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && System.Net.IPEndPoint.TryParse(reader.GetString() ?? "", out IPEndPoint? value)
                ? value
                : throw new JsonException("The value is not an address with a port.");

        public override void Write(Utf8JsonWriter writer, IPEndPoint value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }

    /// <summary>Converts counters to an object with the kernel's names.</summary>
    sealed class CountersConverter : JsonConverter<MptcpCounters>
    {
        public override MptcpCounters Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize(ref reader, Default.DictionaryStringInt64) ?? []);

        public override void Write(Utf8JsonWriter writer, MptcpCounters value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(
                writer, value.Names.ToDictionary(name => name, name => value[name] ?? 0), Default.DictionaryStringInt64);
    }

    /// <summary>Converts addresses and networks to text, for which .NET has no converter.</summary>
    sealed class TextConverter<T> : JsonConverter<T>
        where T : ISpanParsable<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && T.TryParse(reader.GetString(), null, out T? value)
                ? value
                : throw new JsonException($"The value is not an {typeof(T).Name}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
