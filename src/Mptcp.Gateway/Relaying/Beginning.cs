namespace Mptcp.Gateway.Relaying;

/// <summary>What a connected relay begins with. Of the client's opening, it keeps nothing that would stay in memory as long as the connection.</summary>
/// <param name="header">The PROXY header for the server; empty if there is none.</param>
/// <param name="opening">The beginning of the client's connection.</param>
sealed class Beginning(byte[] header, Opening opening)
{
    byte[] _toServer = [.. header, .. (opening.Request?.ToServer ?? default).Span, .. opening.Data.Span];

    /// <summary>The number of bytes of the client among those that the server gets first.</summary>
    internal int DataLength { get; } = opening.Data.Length;

    /// <summary>The number of further bytes of the client that the server gets.</summary>
    internal long MostFromClient { get; } = (opening.Request?.MostFromClient ?? long.MaxValue) - opening.Data.Length;

    /// <summary>The bytes that the client gets first.</summary>
    internal byte[] ToClient { get; } = opening.Request?.Connected ?? [];

    /// <summary>Whether the client has to know that nothing follows the server's answer.</summary>
    internal bool HasOneAnswer { get; } = opening.Request?.HasOneAnswer ?? false;

    /// <summary>Gives away the bytes that the server gets first.</summary>
    internal byte[] TakeToServer()
    {
        byte[] bytes = _toServer;
        _toServer = [];
        return bytes;
    }
}
