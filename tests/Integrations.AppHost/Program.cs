IDistributedApplicationBuilder builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = true });

// The C# of docs/recipes/aspire.md, line for line.
builder.AddProject<Projects.Orders>("orders")
    .WithHttpEndpoint(port: 5080, isProxied: false)
    .WithEnvironment("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "Mptcp.Sockets.AspNetCore");

await builder.Build().RunAsync();
