namespace Integrations.Tests;

public class RecipeTests
{
    [Theory]
    [InlineData("grpc.md", "GrpcTests.cs")]
    [InlineData("mqttnet.md", "MqttTests.cs")]
    [InlineData("nats.md", "NatsTests.cs")]
    [InlineData("redis.md", "RedisTests.cs")]
    [InlineData("signalr.md", "SignalRTests.cs")]
    [InlineData("yarp.md", "YarpTests.cs")]
    public void The_code_of_a_page_is_the_tested_code(string page, string source) =>
        Snippets.ShouldCompile($"docs/recipes/{page}", $"tests/Integrations.Tests/{source}").Should().BePositive();
}
