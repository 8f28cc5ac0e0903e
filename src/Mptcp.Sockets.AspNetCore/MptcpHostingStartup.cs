using Microsoft.AspNetCore.Hosting;

[assembly: HostingStartup(typeof(Mptcp.Sockets.AspNetCore.MptcpHostingStartup))]

namespace Mptcp.Sockets.AspNetCore;

/// <summary>No code at all: the environment variable <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES=Mptcp.Sockets.AspNetCore</c> is one call of UseMptcp.</summary>
sealed class MptcpHostingStartup : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) => builder.UseMptcp();
}
