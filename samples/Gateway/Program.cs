using Microsoft.Extensions.Options;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None); // the code below prints why the host does not start
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
