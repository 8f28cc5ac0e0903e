using System.Net;
using Cluster;
using Mptcp.Sockets;

// The demonstration starts this program again on each host, as a silo.
return args is ["silo", var address, var primary, var mode]
    ? await SiloProgram.RunAsync(IPAddress.Parse(address), IPAddress.Parse(primary), Enum.Parse<MptcpMode>(mode))
    : await Demonstration.RunAsync();
