using System.Globalization;
using System.Net;

namespace Mptcp.Gateway.Configuration;

/// <summary>One port, or several in a row.</summary>
readonly record struct PortRange(int First, int Last)
{
    internal int Count => Last - First + 1;

    /// <summary><c>80</c> or <c>8000-8010</c>.</summary>
    internal static PortRange Parse(string text)
    {
        string[] ends = text.Split('-');
        if (ends.Length > 2)
            throw new FormatException($"'{text}' is neither a port nor a range of ports. Write it like 80 or 8000-8010.");

        var range = new PortRange(Port(ends[0]), Port(ends[^1]));
        if (range.First > range.Last)
            throw new FormatException($"The range {text} ends before it begins.");

        return range.First > 0 || range.Count == 1
            ? range
            : throw new FormatException($"The range {text} cannot begin with 0, which means a port that the system chooses.");
    }

    public override string ToString() => Count == 1 ? $"{First}" : $"{First}-{Last}";

    static int Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort
            ? port
            : throw new FormatException($"'{text}' is not a port. A port is a number from 0 to {IPEndPoint.MaxPort}.");
}
