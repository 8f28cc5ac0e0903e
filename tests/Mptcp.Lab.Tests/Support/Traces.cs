using System.Globalization;

namespace Mptcp.Lab.Tests.Support;

/// <summary>Finds the traces of a lab that are visible from outside. None may be left after its end.</summary>
static class Traces
{
    internal static bool IsAlive(int process)
    {
        try
        {
            string status = File.ReadAllText($"/proc/{process}/stat");
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X'); // dead, but not yet collected
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns the descriptors, tasks and mounts of all processes that hold one of these namespaces, such as net:[4026531833].
    /// </summary>
    internal static string[] HoldersOf(IReadOnlyCollection<string> namespaces) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(process => int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out _))
            .SelectMany(process => HandlesOf(process).Where(handle => namespaces.Contains(TargetOf(handle)))
                .Concat(LinesOf($"{process}/mountinfo").Where(mount => namespaces.Any(mount.Contains)))),
    ];

    /// <summary>Returns the traces of labs in this namespace and on the system: devices, named namespaces, firewall tables.</summary>
    internal static async Task<string[]> OutsideAsync()
    {
        Child.Result devices = await Child.RunAsync(Needs.Program("ip", "iproute2"), ["-brief", "link"]);
        Child.Result tables = await Child.RunAsync(Needs.Program("nft", "nftables"), ["list", "tables"]);
        string[] names = Directory.Exists("/run/netns") ? Directory.GetFileSystemEntries("/run/netns") : [];
        return [devices.ShouldSucceed().Output, tables.Output, .. names]; // a user who may not list tables may not create one either
    }

    static IEnumerable<string> HandlesOf(string process) =>
    [
        .. EntriesOf($"{process}/fd"),
        .. EntriesOf($"{process}/task").SelectMany(task => new[] { $"{task}/ns/net", $"{task}/ns/net_for_children" }),
    ];

    static string[] EntriesOf(string directory) => Try(() => Directory.GetFileSystemEntries(directory)) ?? [];

    static string[] LinesOf(string file) => Try(() => File.ReadAllLines(file)) ?? [];

    static string TargetOf(string link) => Try(() => File.ResolveLinkTarget(link, returnFinalTarget: false)?.Name) ?? "";

    /// <summary>Returns null if the process has ended, or belongs to another user.</summary>
    static T? Try<T>(Func<T> look)
        where T : class?
    {
        try
        {
            return look();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
