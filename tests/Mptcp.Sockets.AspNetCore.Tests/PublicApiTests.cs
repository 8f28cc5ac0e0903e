using Microsoft.AspNetCore.Hosting;

namespace Mptcp.Sockets.AspNetCore.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() =>
        PublicApi.ShouldBeAsAgreed(typeof(MptcpWebHostBuilderExtensions).Assembly, "tests/Mptcp.Sockets.AspNetCore.Tests/PublicApi.txt");
}
