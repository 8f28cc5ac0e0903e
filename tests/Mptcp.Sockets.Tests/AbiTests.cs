using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// Compares constants and layouts with the system's headers, as a C program sees them. Names that the headers lack are skipped one by one.
/// </summary>
public partial class AbiTests
{
    // Names since Linux 5.16, which older headers may lack. Any other missing name is a mistake here.
    static readonly string[] s_recent =
    [
        "SOL_MPTCP", "MPTCP_FULL_INFO", "TCP_IS_MPTCP", "IP_LOCAL_PORT_RANGE", "mptcp_full_info.", "mptcp_subflow_info.", "mptcp_info.mptcpi_retransmits", "mptcp_info.mptcpi_bytes_",
        "mptcp_info.mptcpi_subflows_total", "mptcp_info.mptcpi_endp_", "mptcp_info.mptcpi_last_",
    ];

    // Names that the headers do not have, or have under another name.
    static readonly string[] s_withoutHeader = ["tcp_info.LengthRead", "TCP_NEW_SYN_RECV"];

    [Fact(Timeout = Limit.OfATest)]
    public async Task Numbers_and_layouts_equal_those_of_the_system_headers()
    {
        Needs.Linux();
        using var c = new CompiledC();
        List<Probe> probes = [.. Constants(), .. Layouts()];
        List<Probe> missing = [];

        // Each probe has a line of its own, so the compiler reports which one it rejects, but possibly not all at once.
        Child.Result result = await c.CompileAsync(Program(probes));
        while (result.ExitCode != 0)
        {
            HashSet<int> lines = [.. ErrorLine().Matches(result.Error).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
            Probe[] unknown = [.. probes.Where((_, i) => lines.Contains(i + 1))];
            unknown.Select(probe => probe.Name).Where(name => !s_recent.Any(name.StartsWith)).Should().BeEmpty("these are old: {0}", result.Error);
            unknown.Should().NotBeEmpty("the program is right: {0}", result.Error);
            missing.AddRange(unknown);
            missing.AddRange(probes.Except(missing).Where(probe => probe.IsSize && missing.Any(field => field.Structure == probe.Structure)).ToArray()); // without a field, it is another structure
            probes = [.. probes.Except(missing)];
            result = await c.CompileAsync(Program(probes));
        }

        foreach (Probe probe in missing)
            TestContext.Current.TestOutputHelper?.WriteLine($"The system's headers lack {probe.Name}.");

        string[] output = await c.RunAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{probes.Count} numbers compared, {missing.Count} not in the headers.");
        probes.Should().HaveCountGreaterThan(100);
        output.Should().Equal(probes.Select(probe => $"{probe.Name} {probe.Value}"));
    }

    static string Program(List<Probe> probes)
    {
        var program = new StringBuilder(
            """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <fcntl.h>
            #include <poll.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/socket.h>
            #include <netinet/in.h>
            #include <linux/in.h>
            #include <linux/in6.h>
            #include <linux/tcp.h>
            #include <linux/mptcp.h>
            #include <linux/bpf.h>
            #define SOL_TCP IPPROTO_TCP /* netinet/tcp.h has it, which cannot be included beside linux/tcp.h */
            #define SAY(name, value) printf("%s %lld\n", name, (long long)(value));
            int main(void) {
            #line 1

            """);
        foreach (Probe probe in probes)
            program.Append(CultureInfo.InvariantCulture, $"SAY(\"{probe.Name}\", {probe.Expression})\n");

        return program.Append("}\n").ToString();
    }

    static IEnumerable<Probe> Constants() =>
        from field in typeof(LinuxConstants).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        where field.IsLiteral && !s_withoutHeader.Contains(field.Name)
        select new Probe(field.Name, CName(field.Name), Value(field), null, false);

    static IEnumerable<Probe> Layouts() =>
        from structure in typeof(KernelLayout).GetNestedTypes(BindingFlags.NonPublic)
        from field in structure.GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        let name = $"{structure.Name}.{field.Name}"
        where field.IsLiteral && !s_withoutHeader.Contains(name)
        let isSize = field.Name == "Size"
        select new Probe(
            name, isSize ? $"sizeof(struct {structure.Name})" : $"offsetof(struct {structure.Name}, {field.Name})", Value(field), structure.Name, isSize);

    static long Value(FieldInfo field) => Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture);

    /// <summary>The TCP states are in a header of the kernel, but BPF programs see them, too.</summary>
    static string CName(string name) => typeof(LinuxConstants).GetField(name, BindingFlags.Static | BindingFlags.NonPublic)!.FieldType == typeof(byte) ? $"BPF_{name}" : name;

    sealed record Probe(string Name, string Expression, long Value, string? Structure, bool IsSize);

    [GeneratedRegex(@"abi\.c:(\d+):\d+: error:")]
    private static partial Regex ErrorLine();
}
