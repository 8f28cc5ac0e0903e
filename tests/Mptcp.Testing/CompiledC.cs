namespace Mptcp.Testing;

/// <summary>A C program that is compiled with this system's headers.</summary>
sealed class CompiledC : IDisposable
{
    readonly string _compiler;
    readonly TemporaryDirectory _directory;

    internal CompiledC()
    {
        _compiler = Needs.Program("cc", "gcc");
        if (!File.Exists("/usr/include/linux/mptcp.h"))
            Needs.Lacks("the kernel's headers: on Debian, 'apt-get install linux-libc-dev libc6-dev'.");

        _directory = new TemporaryDirectory();
    }

    /// <summary>Compiles a program, with error messages in English.</summary>
    internal async Task<Child.Result> CompileAsync(string program)
    {
        await File.WriteAllTextAsync(_directory.File("abi.c"), program);
        return await Child.RunAsync("env", ["LC_ALL=C", _compiler, "-o", _directory.File("abi"), _directory.File("abi.c")]);
    }

    /// <summary>Returns the output, line by line.</summary>
    internal async Task<string[]> RunAsync() => (await Child.RunAsync(_directory.File("abi"), [])).ShouldSucceed().Output.TrimEnd().Split('\n');

    public void Dispose() => _directory.Dispose();
}
