using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab.Tests;

/// <summary>Compares constants and layouts with the system's headers, as a C program sees them.</summary>
public class AbiTests
{
    const string Headers =
        """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <poll.h>
        #include <sched.h>
        #include <stddef.h>
        #include <stdio.h>
        #include <sys/eventfd.h>
        #include <sys/socket.h>
        #include <time.h>
        #include <linux/ethtool.h>
        #include <linux/fib_rules.h>
        #include <linux/if.h>
        #include <linux/if_addr.h>
        #include <linux/if_ether.h>
        #include <linux/if_link.h>
        #include <linux/if_packet.h>
        #include <linux/neighbour.h>
        #include <linux/netlink.h>
        #include <linux/rtnetlink.h>
        #include <linux/sockios.h>
        #include <linux/veth.h>
        #define O_RDONLY_CLOEXEC (O_RDONLY | O_CLOEXEC)
        #define SAY(name, value) printf("%s %lld\n", name, (long long)(value));
        int main(void) {
        """;

    // Padding, which has other names in the headers.
    static readonly string[] s_padding = ["pad", "pad1", "pad2", "rest"];

    [Fact(Timeout = Limit.OfATest)]
    public async Task Numbers_and_layouts_equal_those_of_the_system_headers()
    {
        Needs.Linux();
        using var c = new CompiledC();
        (string Name, string Expression, long Value)[] probes = [.. Constants(), .. Layouts()];
        string[] lines = [.. probes.Select(probe => $"SAY(\"{probe.Name}\", {probe.Expression})")];

        (await c.CompileAsync($"{Headers}\n{string.Join('\n', lines)}\nreturn 0; }}\n")).ShouldSucceed();

        probes.Should().HaveCountGreaterThan(100);
        (await c.RunAsync()).Except(probes.Select(probe => $"{probe.Name} {probe.Value}")).Should().BeEmpty("the headers have these values");
    }

    static IEnumerable<(string, string, long)> Constants() =>
        from type in new[] { typeof(RouteConstants), typeof(PacketConstants), typeof(Libc) }
        from field in type.GetFields(BindingFlags.Static | BindingFlags.NonPublic)
        where field.IsLiteral
        select (field.Name, field.Name, long.Parse($"{field.GetRawConstantValue()}", CultureInfo.InvariantCulture));

    static IEnumerable<(string, string, long)> Layouts()
    {
        foreach (Type type in new[] { typeof(RouteLayout), typeof(PacketLayout) }.SelectMany(layout => layout.GetNestedTypes(BindingFlags.NonPublic)))
        {
            yield return ($"sizeof({type.Name})", $"sizeof(struct {type.Name})", Marshal.SizeOf(type));
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Where(field => !s_padding.Contains(field.Name)))
                yield return ($"{type.Name}.{field.Name}", $"offsetof(struct {type.Name}, {field.Name})", Marshal.OffsetOf(type, field.Name));
        }
    }
}
