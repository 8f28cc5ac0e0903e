using System.CommandLine;

namespace Mptcp.Tool.Commands;

static class SnapshotOption
{
    internal static Option<FileInfo?> Create(string what, string name = "--snapshot") =>
        new(name) { Description = $"{what}: a file of MptcpHostSnapshot.ToJson() or of 'mptcp report'.", HelpName = "FILE" };
}
