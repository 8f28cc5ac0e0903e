using System.Net;

namespace Contestant;

/// <summary>The server of a client: an address or a name.</summary>
sealed record Server(string Host, int Port)
{
    internal EndPoint EndPoint => IPAddress.TryParse(Host, out IPAddress? address) ? new IPEndPoint(address, Port) : new DnsEndPoint(Host, Port);

    internal Uri Url(string path) => new($"http://{Host}:{Port}{path}");
}
