using Microsoft.AspNetCore.Hosting;

namespace Mptcp.Sockets.AspNetCore.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() =>
        PublicApi.ShouldBeAsAgreed(typeof(MptcpWebHostBuilderExtensions).Assembly, "tests/Mptcp.Sockets.AspNetCore.Tests/PublicApi.txt");
}
