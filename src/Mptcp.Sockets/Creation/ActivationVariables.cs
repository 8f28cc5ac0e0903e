using System.Globalization;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Reads the variables of sd_listen_fds(3): the number of descriptors from 3 on, the process for which they are, and their names.
/// </summary>
static class ActivationVariables
{
    internal const string Count = "LISTEN_FDS";
    internal const string ProcessId = "LISTEN_PID";
    internal const string Names = "LISTEN_FDNAMES";

    internal const int FirstDescriptor = 3; // SD_LISTEN_FDS_START

    const string DefaultName = "unknown"; // sd_listen_fds_with_names(3)

    /// <summary>
    /// Returns each descriptor that was passed to this process, with its name. Empty if they are for another process, or if there are no
    /// variables.
    /// </summary>
    internal static IEnumerable<(int Descriptor, string Name)> Read() => Parse(
        Environment.ProcessId, Environment.GetEnvironmentVariable(ProcessId), Environment.GetEnvironmentVariable(Count), Environment.GetEnvironmentVariable(Names));

    /// <summary>Lazy: a number that is too large shows only at the first descriptor that does not exist.</summary>
    internal static IEnumerable<(int Descriptor, string Name)> Parse(int ownId, string? processId, string? count, string? names)
    {
        if (string.IsNullOrEmpty(processId) || string.IsNullOrEmpty(count) || Number(ProcessId, processId, int.MaxValue) != ownId)
            return [];

        int descriptors = Number(Count, count, int.MaxValue - FirstDescriptor);
        if (names is null)
            return Enumerable.Range(0, descriptors).Select(i => (FirstDescriptor + i, DefaultName));

        string[] split = names.Length == 0 && descriptors == 0 ? [] : names.Split(':');
        return split.Length == descriptors
            ? split.Select((name, i) => (FirstDescriptor + i, name))
            : throw new InvalidOperationException(
                $"{Names} has {split.Length} names ('{names}'), and {Count} says {descriptors} descriptors: there must be one name for each, with colons between them.");
    }

    internal static void Clear()
    {
        foreach (string name in new[] { Count, ProcessId, Names })
            Environment.SetEnvironmentVariable(name, null);
    }

    static int Number(string variable, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most
            ? number
            : throw new InvalidOperationException($"{variable} must be a whole number from 0 to {most}, not '{text}'.");
}
