using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Mptcp.Lab;

namespace Mptcp.Testing;

/// <summary>The output of ss(8) of iproute2 for the sockets of a host: an independent source of the same facts (inet_diag).</summary>
sealed partial class Ss
{
    readonly string _line;

    Ss(string line) => _line = line;

    /// <summary>Returns the TCP connections to or from a port of the other host.</summary>
    internal static Ss[] Subflows(LabHost host, int port) => Run(host, "-tineOH", port);

    /// <summary>Returns the MPTCP connection to or from a port of the other host.</summary>
    internal static Ss Connection(LabHost host, int port) => Run(host, "-MineOH", port).Should().ContainSingle().Which;

    internal IPEndPoint Local => Parse(_line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]);

    internal IPEndPoint Remote => Parse(_line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4]);

    internal bool Says(string word) => Regex.IsMatch(_line, $@"\s{word}(\s|$)");

    /// <summary>Returns the number after a name, such as <c>bytes_sent:100</c>; 0 if it is missing, because ss omits 0.</summary>
    internal long Number(string name) => long.Parse(Text(name) ?? "0", CultureInfo.InvariantCulture);

    internal ulong Hexadecimal(string name) => ulong.Parse(Text(name) ?? "0", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    internal double[] Decimals(string name) => [.. (Text(name) ?? "0").Split('/').Select(part => double.Parse(part, CultureInfo.InvariantCulture))];

    /// <summary>Returns a rate in bytes; ss prints bits.</summary>
    internal long Rate(string name) => Regex.Match(_line, $@"\s{name} (\d+)bps") is { Success: true } match
        ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) / 8
        : 0;

    internal string? Text(string name) => Regex.Match(_line, $@"\s{name}:(\S+)") is { Success: true } match ? match.Groups[1].Value : null;

    public override string ToString() => _line;

    static Ss[] Run(LabHost host, string options, int port)
    {
        string output = host.Execute(Needs.Program("ss", "iproute2"), options, $"dport = {port} or sport = {port}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith("LISTEN", StringComparison.Ordinal)).Select(line => new Ss(line))];
    }

    /// <summary>10.0.0.1%link1:80, [::ffff:10.0.0.1]:80</summary>
    static IPEndPoint Parse(string text)
    {
        IPEndPoint endPoint = IPEndPoint.Parse(Device().Replace(text, ""));
        return endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;
    }

    [GeneratedRegex("%[^:\\]]+")]
    private static partial Regex Device();
}
