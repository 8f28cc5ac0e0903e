using System.Net;

namespace Mptcp.Gateway.Protocols;

/// <summary>Reads where a client of a proxy wants to go, with SOCKS5 or HTTP, and checks its login.</summary>
/// <param name="preface">Reads from the client.</param>
/// <param name="users">Who may use the proxy.</param>
sealed class ProxyNegotiation(Preface preface, ProxyUsers users)
{
    static readonly byte[] s_malformed = HttpHead.Response("400 Bad Request");
    static readonly byte[] s_tooLong = HttpHead.Response("431 Request Header Fields Too Large");

    /// <exception cref="RefusedException">
    /// The request is malformed or not supported, or the login is wrong.
    /// </exception>
    internal async ValueTask<ProxyRequest> ReadAsync(CancellationToken cancellationToken)
    {
        byte first = await preface.PeekAsync(cancellationToken).ConfigureAwait(false);
        return first switch
        {
            Socks5.Version => await ReadSocksAsync(cancellationToken).ConfigureAwait(false),
            > (byte)' ' and <= (byte)'~' => await ReadHttpAsync(cancellationToken).ConfigureAwait(false),
            _ => throw new RefusedException("Its request is neither SOCKS5 nor HTTP."),
        };
    }

    async ValueTask<ProxyRequest> ReadSocksAsync(CancellationToken cancellationToken)
    {
        byte[] offered = await preface.ReadAsync(Socks5.ParseGreeting, cancellationToken).ConfigureAwait(false);
        byte method = users.IsEmpty ? Socks5.WithoutLogin : Socks5.NameAndPassword;
        if (!offered.Contains(method))
            throw new RefusedException(users.IsEmpty ? "It insists on a login." : "It does not log in.", Socks5.Choose(Socks5.NoMethod));

        await preface.SendAsync(Socks5.Choose(method), cancellationToken).ConfigureAwait(false);
        if (method == Socks5.NameAndPassword)
        {
            ProxyLogin login = await preface.ReadAsync(Socks5.ParseLogin, cancellationToken).ConfigureAwait(false);
            if (!users.Accept(login))
                throw new RefusedException($"The name or password of '{login}' is wrong.", Socks5.LoginResult(isAccepted: false));

            await preface.SendAsync(Socks5.LoginResult(isAccepted: true), cancellationToken).ConfigureAwait(false);
        }

        (byte command, EndPoint? target) = await preface.ReadAsync(Socks5.ParseRequest, cancellationToken).ConfigureAwait(false);
        if (command != Socks5.Connect)
            throw new RefusedException($"The command {command} of SOCKS5 is not supported.", Socks5.Reply(Socks5.CommandNotSupported));

        return target is null
            ? throw new RefusedException("Its destination is neither a name nor an address.", Socks5.Reply(Socks5.AddressNotSupported))
            : new SocksRequest(target);
    }

    async ValueTask<ProxyRequest> ReadHttpAsync(CancellationToken cancellationToken)
    {
        HttpHead head = await preface.ReadAsync(HttpHead.Parse, cancellationToken, s_malformed, s_tooLong).ConfigureAwait(false);
        if (!users.IsEmpty && (head.Login is null || !users.Accept(head.Login)))
        {
            throw new RefusedException(
                head.Login is null ? "It does not log in." : $"The name or password of '{head.Login}' is wrong.",
                HttpHead.Response("407 Proxy Authentication Required", "Proxy-Authenticate: Basic realm=\"gateway\""));
        }

        return HttpRequest.Of(head);
    }
}
