using System.Net;
using Mptcp.Sockets;

using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
listener.Start();
using var client = new MptcpTcpClient("127.0.0.1", ((IPEndPoint)listener.LocalEndpoint).Port);
using var accepted = await listener.AcceptTcpClientAsync();
Console.WriteLine($"{client.State} {accepted.GetMptcpState()}");
