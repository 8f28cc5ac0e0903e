using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>Writes the packets of a link to a file, until it is disposed. Then the file is complete. Thread-safe.</summary>
public sealed class LabCapture : IDisposable
{
    readonly Wakeup _wakeup = new();
    readonly PacketSocket _socket;
    readonly PcapngWriter _file;
    readonly Thread _thread;
    int _isDisposed;
    Exception? _error;

    internal LabCapture(string path, LabInterface end)
    {
        // The file first: if it cannot be written, nothing else is changed.
        FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            _file = new PcapngWriter(file, end.ToString());
            _socket = end.Host.Run(() => new PacketSocket(end.Index, takesOutgoing: true));
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _thread = new Thread(Write) { Name = $"lab: capture of {end.Link.Name}", IsBackground = true };
        end.Host.Run(_thread.Start); // on the host, wherever the caller is
    }

    /// <summary>Writes the packets that have arrived, and closes the file. A second call does nothing.</summary>
    /// <exception cref="IOException">The file could not be written, for example because the disk is full.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        _wakeup.Stop();
        _thread.Join();
        _wakeup.Dispose();
        _socket.Dispose();
        if (_error is not null)
            throw new IOException($"The capture could not be written: {_error.Message}", _error);
    }

    void Write()
    {
        byte[] frame = new byte[PacketSocket.LargestFrame];
        try
        {
            using (_file)
            {
                while (!_wakeup.IsStopped)
                {
                    _wakeup.Wait(null, _socket);
                    while (_socket.Receive(frame) is > 0 and var length)
                        _file.Write(frame.AsMemory(0, length), _socket.ReadTimestamp());
                }
            }
        }
        catch (IOException e)
        {
            _error = e; // Dispose throws it
        }
    }
}
