using System.Net;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>Finds what is wrong with a route, and says it with the key of the configuration.</summary>
sealed class RouteCheck(string section, ICollection<string> errors)
{
    internal bool HasFailed { get; private set; }

    internal void Fail(string key, string what)
    {
        HasFailed = true;
        errors.Add($"{section}:{key}: {what}");
    }

    internal Address? Parse(string key, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Fail(key, "it is missing. Write an address such as mptcp@127.0.0.1:8080.");
            return null;
        }

        return Try(key, () => Address.Parse(text));
    }

    internal MptcpMode? Mode(string key, MptcpMode? wanted, bool isMptcp)
    {
        if (!isMptcp && wanted is MptcpMode.Preferred or MptcpMode.Required)
            Fail(key, $"{wanted} contradicts an address without mptcp@.");

        if (isMptcp && wanted is MptcpMode.Disabled)
            Fail(key, $"{wanted} contradicts an address with mptcp@.");

        return wanted ?? (isMptcp ? MptcpMode.Preferred : MptcpMode.Disabled);
    }

    internal void Defined<T>(string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
            Fail(key, $"{value} is not one of {string.Join(", ", Enum.GetNames<T>())}.");
    }

    internal IReadOnlyList<IPNetwork> Networks(string key, IEnumerable<string> texts)
    {
        List<IPNetwork> networks = [];
        foreach (string text in texts)
        {
            if (DestinationRule.TryParseNetwork(text, out IPNetwork network))
                networks.Add(network);
            else
                Fail(key, $"'{text}' is neither an address nor a network. Write it like 10.0.0.1 or 10.0.0.0/8.");
        }

        return networks;
    }

    internal IReadOnlyList<DestinationRule> Rules(string key, IEnumerable<string> texts) =>
        [.. texts.Select(text => Try(key, () => DestinationRule.Parse(text))).OfType<DestinationRule>()];

    internal void Positive(string key, TimeSpan? time)
    {
        if (time is { } given && (given <= TimeSpan.Zero || given.TotalMilliseconds > int.MaxValue))
            Fail(key, $"{given} must be more than 0 and at most {TimeSpan.FromMilliseconds(int.MaxValue)}.");
    }

    internal void Range(string key, int value, int least, int most)
    {
        if (value < least || value > most)
            Fail(key, $"{value} must be from {least} to {most}.");
    }

    internal T? Try<T>(string key, Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            Fail(key, e.Message);
            return null;
        }
    }
}
