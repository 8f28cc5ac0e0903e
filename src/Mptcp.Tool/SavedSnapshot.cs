using System.Text.Json;
using Mptcp.Netlink;

namespace Mptcp.Tool;

/// <summary>Reads a snapshot from a file: alone, or as part of a report.</summary>
static class SavedSnapshot
{
    internal const string PartOfReport = "snapshot";

    internal static MptcpHostSnapshot Read(FileInfo file)
    {
        string text = File.ReadAllText(file.FullName);
        using var document = JsonDocument.Parse(text);
        return MptcpHostSnapshot.FromJson(
            document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(PartOfReport, out JsonElement part) ? part.GetRawText() : text);
    }
}
