using System.Net;
using System.Net.Sockets;

namespace Mptcp.Lab.Tests.Support;

/// <summary>
/// Sends datagrams over one link and counts those that arrive. A final datagram over a link without faults shows that no more will
/// arrive.
/// </summary>
sealed class Postman : IDisposable
{
    readonly Socket _from, _to, _marking, _marked;

    Postman(LabLink link, LabLink sound, LabHost sender)
    {
        LabHost receiver = sender == link.FirstHost ? link.SecondHost : link.FirstHost;
        _to = receiver.Datagrams(link.GetAddress(receiver));
        _from = Connected(sender.Datagrams(link.GetAddress(sender)), _to);
        _marked = receiver.Datagrams(sound.GetAddress(receiver));
        _marking = Connected(sender.Datagrams(sound.GetAddress(sender)), _marked);
    }

    /// <summary>Returns the number of datagrams that arrive.</summary>
    internal static async Task<int> DeliverAsync(LabLink link, LabLink sound, LabHost from, int count = 1)
    {
        using var postman = new Postman(link, sound, from);
        byte[] letter = [42];
        for (int i = 0; i < count; i++)
            postman._from.Send(letter);

        postman._marking.Send(letter);
        (await postman._marked.ReceiveAsync(letter).WaitAsync(Limit.OfAWait)).Should().Be(1);

        int arrived = 0;
        while (postman._to.Poll(0, SelectMode.SelectRead))
            arrived += postman._to.Receive(letter);

        return arrived;
    }

    public void Dispose()
    {
        foreach (Socket socket in new[] { _from, _to, _marking, _marked })
            socket.Dispose();
    }

    static Socket Connected(Socket socket, Socket to)
    {
        socket.Connect((IPEndPoint)to.LocalEndPoint!);
        return socket;
    }
}
