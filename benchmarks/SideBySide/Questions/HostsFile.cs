using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>An /etc/hosts for one program, in its own mount namespace. It contains a name with two addresses, and nothing listens on the first one.</summary>
sealed class HostsFile : IDisposable
{
    internal const string Name = "two.test";

    readonly string _path = Path.GetTempFileName();

    // The system puts the IPv6 address first: RFC 6724.
    internal HostsFile() => File.WriteAllText(_path, $"::1 {Name}\n{Arena.Address} {Name}\n");

    /// <summary>Returns the prefix of a command.</summary>
    internal string[] Enter => ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", _path];

    public void Dispose() => File.Delete(_path);
}
