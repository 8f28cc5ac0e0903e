using System.Net.Sockets;

namespace Mptcp.Gateway.Protocols;

/// <summary>Reads the header or the request that a client sends before its data. The bytes behind it are kept for the server.</summary>
sealed class Preface(Socket client)
{
    /// <summary>Each header and each request may have at most this many bytes.</summary>
    internal const int Longest = 16 * 1024;

    const int First = 512;

    byte[] _buffer = new byte[First];
    int _begin;
    int _end;

    /// <summary>The bytes that have arrived and were not parsed.</summary>
    internal ReadOnlyMemory<byte> Rest => _buffer.AsMemory(_begin, _end - _begin);

    /// <summary>Waits for the first byte, and leaves it where it is.</summary>
    internal async ValueTask<byte> PeekAsync(CancellationToken cancellationToken)
    {
        if (_begin == _end)
            await ReceiveAsync(answerIfEnded: null, cancellationToken).ConfigureAwait(false);

        return _buffer[_begin];
    }

    /// <summary>Reads until the parser has a value.</summary>
    /// <exception cref="RefusedException">The data is invalid, the client has closed the connection, or it has sent too much.</exception>
    internal async ValueTask<T> ReadAsync<T>(
        Parser<T> parse, CancellationToken cancellationToken, byte[]? answerIfInvalid = null, byte[]? answerIfTooLong = null)
    {
        while (true)
        {
            Parsed<T> parsed = parse(Rest.Span);
            if (parsed.Error is { } error)
                throw new RefusedException(error, answerIfInvalid);

            if (parsed.IsComplete)
            {
                _begin += parsed.Length;
                return parsed.Value!;
            }

            if (Rest.Length >= Longest)
                throw new RefusedException($"It sent {Longest} bytes without an end of its header or request.", answerIfTooLong);

            await ReceiveAsync(answerIfEnded: answerIfInvalid, cancellationToken).ConfigureAwait(false);
        }
    }

    internal ValueTask<int> SendAsync(ReadOnlyMemory<byte> answer, CancellationToken cancellationToken) =>
        client.SendAsync(answer, cancellationToken);

    async ValueTask ReceiveAsync(byte[]? answerIfEnded, CancellationToken cancellationToken)
    {
        if (_end == _buffer.Length)
            MakeRoom();

        int count = await client.ReceiveAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        if (count == 0)
            throw new RefusedException("It ended before its header or request was complete.", answerIfEnded);

        _end += count;
    }

    void MakeRoom()
    {
        byte[] larger = new byte[Math.Max(First, 2 * (_end - _begin))];
        Rest.CopyTo(larger);
        (_begin, _end, _buffer) = (0, _end - _begin, larger);
    }
}
