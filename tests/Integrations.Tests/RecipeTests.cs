namespace Integrations.Tests;

public class RecipeTests
{
    [Theory]
    [InlineData("aspire.md", "../Integrations.AppHost/Program.cs")]
    [InlineData("grpc.md", "GrpcTests.cs")]
    [InlineData("http-libraries.md", "HttpLibraryTests.cs")]
    [InlineData("mailkit.md", "MailTests.cs")]
    [InlineData("mqttnet.md", "MqttTests.cs")]
    [InlineData("nats.md", "NatsTests.cs")]
    [InlineData("rabbitmq.md", "RabbitMqTests.cs")]
    [InlineData("redis.md", "RedisTests.cs")]
    [InlineData("signalr.md", "SignalRTests.cs")]
    [InlineData("yarp.md", "YarpTests.cs")]
    public void The_code_of_a_page_is_the_tested_code(string page, string source) =>
        Snippets.ShouldCompile($"docs/recipes/{page}", $"tests/Integrations.Tests/{source}").Should().BePositive();

    [Fact]
    public void The_index_links_each_page()
    {
        string index = File.ReadAllText(Repository.PathOf("docs/recipes/README.md"));

        foreach (string page in Directory.GetFiles(Repository.PathOf("docs/recipes"), "*.md").Select(page => Path.GetFileName(page)).Where(page => page != "README.md"))
            index.Should().Contain($"]({page})");
    }
}
