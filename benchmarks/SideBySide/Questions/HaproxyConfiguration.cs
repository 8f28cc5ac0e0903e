namespace SideBySide.Questions;

/// <summary>A file with which HAProxy relays, on one thread.</summary>
sealed class HaproxyConfiguration : IDisposable
{
    /// <param name="routes">The addresses to listen on, and the address to connect to for each.</param>
    internal HaproxyConfiguration(params (string Listen, string Connect)[] routes) => File.WriteAllText(
        Path,
        $"""
        global
            nbthread 1
        defaults
            mode tcp
            timeout connect 10s
            timeout client 60s
            timeout server 60s
        {string.Join('\n', routes.Select((route, i) => $"listen route{i}\n    bind {route.Listen}\n    server server{i} {route.Connect}"))}

        """);

    internal string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
