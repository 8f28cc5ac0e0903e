using Microsoft.Extensions.Options;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // why a start fails is said below
builder.Services.AddMptcpGateway(builder.Configuration.GetSection("Gateway"));

try
{
    using IHost host = builder.Build();
    await host.RunAsync();
    return 0;
}
catch (Exception e) when (e is OptionsValidationException or IOException) // a setting is invalid, an address is taken
{
    Console.Error.WriteLine(e is OptionsValidationException invalid ? string.Join(Environment.NewLine, invalid.Failures) : e.Message);
    return 1;
}
