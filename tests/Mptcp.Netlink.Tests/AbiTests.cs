using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Mptcp.Netlink.Interop;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Tests;

/// <summary>
/// Compares constants and layouts with the system's headers, as a C program sees them. Names that the headers lack are left out, and
/// printed.
/// </summary>
public partial class AbiTests
{
    // Names since Linux 5.16, which older headers may lack. Any other missing name is a mistake here.
    static readonly string[] s_recent = ["MPTCP_EVENT_LISTENER_", "MPTCP_ATTR_SERVER_SIDE", "MPTCP_PM_EV_FLAG_SERVER_SIDE", "MPTCP_PM_CMD_SUBFLOW_", "MPTCP_PM_ATTR_ADDR_REMOTE"];

    // The header has a negative number.
    static readonly string[] s_withoutHeader = ["NLA_TYPE_MASK"];

    [Fact(Timeout = Limit.OfATest)]
    public async Task Numbers_and_layouts_equal_those_of_the_system_headers()
    {
        Needs.Linux();
        using var c = new CompiledC();
        List<(string Name, string Expression, long Value)> probes = [.. Constants(), .. Layouts()];
        Child.Result result = await c.CompileAsync(Program(probes));
        while (result.ExitCode != 0)
        {
            HashSet<int> lines = [.. ErrorLine().Matches(result.Error).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
            string[] unknown = [.. probes.Where((_, i) => lines.Contains(i + 1)).Select(probe => probe.Name)];
            unknown.Should().NotBeEmpty("the program is right: {0}", result.Error);
            unknown.Where(name => !s_recent.Any(name.StartsWith)).Should().BeEmpty("these are old: {0}", result.Error);
            TestContext.Current.TestOutputHelper?.WriteLine($"The system's headers lack {string.Join(' ', unknown)}.");
            probes.RemoveAll(probe => unknown.Contains(probe.Name));
            result = await c.CompileAsync(Program(probes));
        }

        probes.Should().HaveCountGreaterThan(100);
        (await c.RunAsync()).Should().Equal(probes.Select(probe => $"{probe.Name} {probe.Value}"));
    }

    static string Program(List<(string Name, string Expression, long Value)> probes)
    {
        var program = new StringBuilder(
            """
            #define _GNU_SOURCE
            #include <errno.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <net/if.h>
            #include <netinet/in.h>
            #include <sys/socket.h>
            #include <linux/if.h>
            #include <linux/fib_rules.h>
            #include <linux/genetlink.h>
            #include <linux/if_addr.h>
            #include <linux/if_link.h>
            #include <linux/inet_diag.h>
            #include <linux/mptcp.h>
            #include <linux/netconf.h>
            #include <linux/netlink.h>
            #include <linux/rtnetlink.h>
            #include <linux/sched.h>
            #include <linux/sock_diag.h>
            #include <linux/sockios.h>
            #define SAY(name, value) printf("%s %lld\n", name, (long long)(value));
            int main(void) {
            #line 1

            """);
        foreach ((string name, string expression, _) in probes)
            program.Append(CultureInfo.InvariantCulture, $"SAY(\"{name}\", {expression})\n");

        return program.Append("}\n").ToString();
    }

    static IEnumerable<(string, string, long)> Constants() =>
        from type in new[] { typeof(NetlinkConstants), typeof(RouteConstants) }
        from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        where field.IsLiteral && !s_withoutHeader.Contains(field.Name)
        select (field.Name, field.Name, Value(field));

    static IEnumerable<(string, string, long)> Layouts() =>
        from type in new[] { typeof(NetlinkLayout), typeof(RouteLayout) }
        from structure in type.GetNestedTypes(BindingFlags.NonPublic)
        from field in structure.GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        where field.IsLiteral
        select ($"{structure.Name}.{field.Name}",
            field.Name == "Size" ? $"sizeof(struct {structure.Name})" : $"offsetof(struct {structure.Name}, {field.Name})", Value(field));

    static long Value(FieldInfo field) => Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"abi\.c:(\d+):\d+: error:")]
    private static partial Regex ErrorLine();
}
