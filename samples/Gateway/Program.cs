using Gateway;
using Microsoft.Extensions.Options;

const int Done = 0, CannotListen = 1, BadConfiguration = 2;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // why a start fails is said below
builder.Services.AddOptions<GatewayOptions>().ValidateOnStart();
builder.Services.AddSingleton<IConfigureOptions<GatewayOptions>, GatewayOptionsBinding>();
builder.Services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayOptionsValidator>();
builder.Services.AddSingleton<GatewayMetrics>();
builder.Services.AddHostedService<GatewayService>();

try
{
    using IHost host = builder.Build();
    await host.RunAsync();
    return Done;
}
catch (OptionsValidationException e)
{
    Console.Error.WriteLine(string.Join(Environment.NewLine, e.Failures));
    return BadConfiguration;
}
catch (ListenException e)
{
    Console.Error.WriteLine(e.Message);
    return CannotListen;
}
