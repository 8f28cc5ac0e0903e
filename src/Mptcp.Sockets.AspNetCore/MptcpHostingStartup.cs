using Microsoft.AspNetCore.Hosting;

[assembly: HostingStartup(typeof(Mptcp.Sockets.AspNetCore.MptcpHostingStartup))]

namespace Mptcp.Sockets.AspNetCore;

/// <summary>
/// Calls UseMptcp if the environment variable <c>ASPNETCORE_HOSTINGSTARTUPASSEMBLIES</c> contains <c>Mptcp.Sockets.AspNetCore</c>.
/// </summary>
sealed class MptcpHostingStartup : IHostingStartup
{
    public void Configure(IWebHostBuilder builder) => builder.UseMptcp();
}
