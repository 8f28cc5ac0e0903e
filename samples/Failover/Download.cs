using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

/// <summary>Downloads with HttpClient. Its properties can be read while it runs.</summary>
sealed class Download : IDisposable
{
    static readonly TimeSpan s_noticeable = TimeSpan.FromSeconds(0.5);

    readonly LabHost _host;
    readonly MptcpMode _mode;
    readonly long _size;
    readonly HttpClient _client;
    readonly TaskCompletionSource _thirdReceived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Socket? _socket;
    long _received;
    long _lastByteAt;

    internal Download(LabHost host, MptcpMode mode, long size)
    {
        _host = host;
        _mode = mode;
        _size = size;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync });
    }

    /// <summary>Gets the number of bytes that the application has received.</summary>
    internal long Received => Interlocked.Read(ref _received);

    /// <summary>Gets the time since the application received its last byte.</summary>
    internal TimeSpan Waiting => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastByteAt));

    internal TimeSpan LongestStall { get; private set; }

    /// <summary>Called after each stall that a user would notice, with its length.</summary>
    internal Action<TimeSpan>? Stalled { get; init; }

    /// <summary>Gets the state of the connection at the end of the download.</summary>
    internal MptcpState State { get; private set; }

    /// <summary>Completes when a third of the bytes has been received.</summary>
    internal Task ThirdReceived => _thirdReceived.Task;

    /// <summary>Downloads, and returns the SHA-256 hash of the received bytes.</summary>
    internal async Task<byte[]> RunAsync(Uri url, CancellationToken cancellationToken)
    {
        _lastByteAt = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            Note(count);
        }

        State = _socket!.GetMptcpState();
        return hash.GetHashAndReset();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Does the work of SocketsHttpHandler.UseMptcp(), which most programs call instead. In the lab, the thread that creates a socket decides
    /// which host the socket belongs to. The blocking Connect creates every socket on the calling thread; UseMptcp does not.
    /// </summary>
    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var options = new MptcpConnectOptions { Mode = _mode, RequireMptcpPeer = _mode == MptcpMode.Required, NoDelay = true };
        _socket = await Task.Run(() => _host.Run(() => MptcpSocket.Connect(context.DnsEndPoint, options)), cancellationToken);
        return new NetworkStream(_socket, ownsSocket: true);
    }

    void Note(int count)
    {
        TimeSpan stall = Waiting;
        if (stall > LongestStall)
            LongestStall = stall;

        if (stall >= s_noticeable)
            Stalled?.Invoke(stall);

        Interlocked.Exchange(ref _lastByteAt, Stopwatch.GetTimestamp());
        if (Interlocked.Add(ref _received, count) >= _size / 3)
            _thirdReceived.TrySetResult();
    }
}
