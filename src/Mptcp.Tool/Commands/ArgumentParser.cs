using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

/// <summary>Reads arguments. A wrong argument ends the command with a message and exit code 2 before it does anything.</summary>
static class ArgumentParser
{
    const string APort = "a port";

    internal static int Port(ArgumentResult argument) => Number(argument, 1, IPEndPoint.MaxPort, APort);

    internal static byte EndpointId(ArgumentResult argument) => (byte)Number(argument, 1, byte.MaxValue, "the id of an endpoint");

    internal static int? Limit(ArgumentResult argument) => Number(argument, 0, int.MaxValue, "a limit");

    /// <summary>The kernel knows the highest limit, and can be asked only in the network namespace.</summary>
    internal static void CheckLimit(int limit, int maximum)
    {
        if (limit > maximum)
            throw new ToolException(ExitCode.BadArguments, $"'{limit}' is not a limit: it must be from 0 to {maximum} on this kernel.");
    }

    internal static int Seconds(ArgumentResult argument) => Number(argument, 0, 3600, "a number of seconds");

    internal static IPAddress? Address(ArgumentResult argument)
    {
        if (TryAddress(Text(argument), out IPAddress? address))
            return address;

        argument.AddError($"'{Text(argument)}' is not an IP address.");
        return null;
    }

    /// <summary>Refuses the old short forms: .NET reads 1 as 0.0.0.1.</summary>
    internal static bool TryAddress(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (text.Contains(':', StringComparison.Ordinal) || text.Count(character => character == '.') == 3);

    /// <summary>Parses eight hexadecimal digits, as the tool and <c>ss</c> print them.</summary>
    internal static uint Token(ArgumentResult argument)
    {
        if (uint.TryParse(Text(argument), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint token) && token != 0)
            return token;

        argument.AddError($"'{Text(argument)}' is not a token. A token is up to 8 hexadecimal digits, as 'mptcp connections' prints it.");
        return 0;
    }

    internal static Uri? Url(ArgumentResult argument)
    {
        if (!Uri.TryCreate(Text(argument), UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
            argument.AddError($"'{Text(argument)}' is not an absolute http or https URL.");
        else if (url.Port == 0)
            argument.AddError(NotANumber("0", 1, IPEndPoint.MaxPort, APort));
        else
            return url;

        return null;
    }

    internal static PeerAddress? Peer(ArgumentResult argument)
    {
        if (PeerAddress.TryParse(Text(argument), out PeerAddress? peer, out string? wrongPort))
            return peer;

        argument.AddError(wrongPort is null ? $"'{Text(argument)}' is not HOST:PORT or a URL." : NotANumber(wrongPort, 1, IPEndPoint.MaxPort, APort));
        return null;
    }

    internal static MptcpEndpointFlags Flags(ArgumentResult argument) =>
        Words(argument, MptcpEndpointFlags.Implicit).Aggregate(MptcpEndpointFlags.None, (flags, flag) => flags | flag);

    internal static TcpState[] States(ArgumentResult argument) => Words(argument, TcpState.Unknown, TcpState.DeleteTcb);

    static T[] Words<T>(ArgumentResult argument, params T[] unusable)
        where T : struct, Enum
    {
        var values = new List<T>();
        foreach (string word in argument.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (Enum.TryParse(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out T value) && !int.TryParse(word, out _) && !unusable.Contains(value))
                values.Add(value);
            else
                argument.AddError($"'{word}' is not one of {string.Join(", ", Enum.GetValues<T>().Except(unusable)).ToLowerInvariant()}.");
        }

        return [.. values];
    }

    static int Number(ArgumentResult argument, int minimum, int maximum, string what)
    {
        if (int.TryParse(Text(argument), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= minimum && number <= maximum)
            return number;

        argument.AddError(NotANumber(Text(argument), minimum, maximum, what));
        return minimum;
    }

    static string NotANumber(string text, int minimum, int maximum, string what) =>
        $"'{text}' is not {what}: it must be {(maximum == int.MaxValue ? $"a number, {minimum} or greater" : $"from {minimum} to {maximum}")}.";

    static string Text(ArgumentResult argument) => argument.Tokens.Count == 0 ? "" : argument.Tokens[0].Value;
}
