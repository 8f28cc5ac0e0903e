namespace Mptcp.Testing;

/// <summary>A directory that is deleted after the test.</summary>
sealed class TemporaryDirectory : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-tests-");

    internal string File(string name) => Path.Combine(_directory.FullName, name);

    public void Dispose() => _directory.Delete(recursive: true);
}
