using System.Net.Sockets;
using System.Text;
using RabbitMQ.Client.Exceptions;

namespace Mptcp.Sockets.AspNetCore.Tests.Recipes;

public class RecipeTests
{
    /// <summary>This project does not reference the packages of these pages. tests/Integrations.Tests compares them.</summary>
    static readonly string[] s_inIntegrations = ["grpc.md", "mqttnet.md", "nats.md", "redis.md", "signalr.md", "yarp.md"];

    public static TheoryData<string> Pages => [.. Directory.GetFiles(Repository.PathOf("docs/recipes"), "*.md").Select(page => Path.GetFileName(page))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Each_page_compiles_or_says_that_it_does_not(string page)
    {
        if (IsCompiled(page) && !s_inIntegrations.Contains(page))
            Snippets.ShouldCompile($"docs/recipes/{page}", "tests/Mptcp.Sockets.AspNetCore.Tests/Recipes/RecipeSnippets.cs");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void The_table_of_recipes_contains_each_page(string page)
    {
        if (page == "README.md")
            return;

        string row = File.ReadLines(Repository.PathOf("docs/recipes/README.md")).Should().ContainSingle(line => line.Contains($"]({page}) |")).Which;
        row.EndsWith("| no |", StringComparison.Ordinal).Should().Be(!IsCompiled(page));
    }

    [Fact]
    public async Task RabbitMQ_Client_greets_over_Multipath_TCP()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var factory = RecipeSnippets.OfRabbitMQ();
        factory.Port = listener.Port();
        factory.AutomaticRecoveryEnabled = false;

        Task<RabbitMQ.Client.IConnection> connecting = factory.CreateConnectionAsync();
        using (Socket broker = await listener.AcceptAsync().WaitAsync(Limit.OfAWait))
        {
            byte[] greeting = await broker.ReceiveExactlyAsync(8);
            Encoding.ASCII.GetString(greeting, 0, 4).Should().Be("AMQP");
            broker.GetMptcpState().Should().Be(MptcpState.Mptcp);
        }

        await connecting.Awaiting(connection => connection).Should().ThrowAsync<BrokerUnreachableException>("the broker hung up");
    }

    static bool IsCompiled(string page) =>
        !File.ReadAllText(Repository.PathOf($"docs/recipes/{page}")).Contains("\nNot compiled here", StringComparison.Ordinal);
}
