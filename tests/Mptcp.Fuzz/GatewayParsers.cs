using System.Net;
using System.Text;
using Mptcp.Gateway;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Protocols;
using static Mptcp.Fuzz.Parsers;

namespace Mptcp.Fuzz;

/// <summary>The parsers of Mptcp.Gateway: what clients send, which never throws, and addresses of the configuration.</summary>
static class GatewayParsers
{
    internal static void ProxyHeader(ReadOnlySpan<byte> input)
    {
        Parsed<ProxyHeader> parsed = Check<ProxyHeader>(Gateway.Protocols.ProxyHeader.Parse, input);
        if (parsed.Value is not { } header)
            return;

        ProxyTlvs.Describe(header.Tlvs.Span);
        Demand(header.Source is null == header.Destination is null, "a header has both addresses or none");
        foreach (MptcpGatewayProxyProtocol version in new[] { MptcpGatewayProxyProtocol.V1, MptcpGatewayProxyProtocol.V2 })
        {
            Parsed<ProxyHeader> again = Gateway.Protocols.ProxyHeader.Parse(header.ToBytes(version));
            Demand(again.IsComplete && Equals(again.Value!.Source?.Port, header.Source?.Port), "a header that is passed on can be read");
        }
    }

    /// <summary>The first byte says which of the three messages follows.</summary>
    internal static void Socks(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;

        switch (input[0] % 3)
        {
            case 0:
                Check<byte[]>(Socks5.ParseGreeting, input[1..]);
                break;
            case 1:
                Check<ProxyLogin>(Socks5.ParseLogin, input[1..]);
                break;
            default:
                // Of a request of an unknown type, the length is unknown: it takes all there is.
                Parsed<(byte Command, EndPoint? Target)> request = Socks5.ParseRequest(input[1..]);
                Demand(request.Length <= input.Length - 1, "no more is taken than has arrived");
                CheckTarget(request.Value.Target);
                break;
        }
    }

    /// <summary>A request that is passed on to a server is one head, which ends where it should.</summary>
    internal static void HttpProxy(ReadOnlySpan<byte> input)
    {
        if (Check<HttpHead>(HttpHead.Parse, input).Value is not { } head)
            return;

        _ = head.Login;
        try
        {
            HttpRequest request = HttpRequest.Of(head);
            CheckTarget(request.Target);
            ReadOnlySpan<byte> sent = request.ToServer.Span;
            Demand(sent.IsEmpty || HttpHead.Parse(sent).Length == sent.Length, "a server gets one request");
        }
        catch (RefusedException e)
        {
            Demand(e.Answer.Length > 0, "a refused client gets an answer");
        }
    }

    /// <summary>The head of an answer that a client gets is one head, too, and says that the connection ends.</summary>
    internal static void HttpAnswer(ReadOnlySpan<byte> input)
    {
        if (Check<HttpAnswerHead>(HttpAnswerHead.Parse, input).Value is not { } head)
            return;

        Demand(HttpAnswerHead.Parse(head.ToClient).Length == head.ToClient.Length, "a client gets one head");
        Demand(head.IsInterim || head.ToClient.AsSpan().EndsWith("\nConnection: close\r\n\r\n"u8), "a client knows that nothing follows");
    }

    /// <summary>The first byte says whether it is an address of IPv6.</summary>
    internal static void OriginalDestination(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty)
            Gateway.Interop.OriginalDestination.Parse(input[1..], isIPv6: input[0] != 0);
    }

    internal static void Addresses(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        Configured(() => Address.Parse(text).ToConnectEndPoint(80));
        Configured(() => Address.Parse(text).ToListenEndPoint(80));
        Configured(() => DestinationRule.Parse(text).Matches("db.example", IPAddress.Loopback, 80));
    }

    /// <summary>A value or an error stays the same when more bytes arrive, and before its end there is no value.</summary>
    static Parsed<T> Check<T>(Parser<T> parse, ReadOnlySpan<byte> input)
    {
        Parsed<T> parsed = parse(input);
        Parsed<T> later = parse([.. input, 0]);
        Demand(parsed.Length >= 0 && parsed.Length <= input.Length, "no more is taken than has arrived");
        Demand(!parsed.IsComplete || parsed.Error is null, "a value is no error");
        Demand(!(parsed.IsComplete || parsed.Error is not null) || (later.Length, later.Error) == (parsed.Length, parsed.Error), "what comes later changes nothing");
        Demand(!parsed.IsComplete || parse(input[..(parsed.Length - 1)]) is { IsComplete: false, Error: null }, "a value needs all of its bytes");
        return parsed;
    }

    static void CheckTarget(EndPoint? target) =>
        Demand(target is null or IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0, Host.Length: > 0 }, "a target can be connected to");

    static void Configured(Action use)
    {
        try
        {
            use();
        }
        catch (FormatException e)
        {
            Demand(e.Message.Length > 0, "an error has a text");
        }
    }
}
