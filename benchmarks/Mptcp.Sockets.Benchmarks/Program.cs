using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using Mptcp.Sockets.Benchmarks.Support;
using Perfolizer.Horology;

if (Hosts.RunInside(args) is { } exitCode)
    return exitCode;

// Many short rounds: other programs may share the machine, and only the ratio to the baseline of the same run counts.
IConfig config = DefaultConfig.Instance
    .AddJob(Job.Default.WithWarmupCount(3).WithIterationTime(TimeInterval.FromMilliseconds(150)).WithIterationCount(15).AsDefault())
    .AddDiagnoser(MemoryDiagnoser.Default)
    .HideColumns(Column.Gen0, Column.Gen1, Column.Gen2)
    .WithOptions(ConfigOptions.DisableOptimizationsValidator);
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
return 0;
