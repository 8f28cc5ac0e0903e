// Runs programs that use the packages on a network that changes: see docs/reliability.md.
using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Reliability.Chaos;
using Reliability.Roles;
using Reliability.Scale;
using Reliability.Soak;

var seed = new Option<int>("--seed")
{
    Description = "What the changes are derived from. The default is a random one.",
    HelpName = "NUMBER",
    DefaultValueFactory = _ => Random.Shared.Next(1, 1_000_000),
};
Option<double> chaosMinutes = Minutes(2), soakMinutes = Minutes(60), eventMinutes = Minutes(10);

var chaos = new Command("chaos", "Changes a network at random while programs use it.") { seed, chaosMinutes };
chaos.SetAction((arguments, cancellationToken) => new ChaosRun(arguments.GetValue(seed), TimeSpan.FromMinutes(arguments.GetValue(chaosMinutes))).RunAsync(cancellationToken));

var plot = new Option<string?>("--plot") { Description = "Where the plot is written.", HelpName = "FILE" };
var soak = new Command("soak", "Measures what programs keep while they run under load.") { soakMinutes, plot };
soak.SetAction((arguments, cancellationToken) => new SoakRun(TimeSpan.FromMinutes(arguments.GetValue(soakMinutes)), arguments.GetValue(plot)).RunAsync(cancellationToken));

var scale = new Command("scale", "Opens many connections, connects many times at once, and makes many events, for some minutes.") { eventMinutes };
scale.SetAction((arguments, _) => new ScaleRun(TimeSpan.FromMinutes(arguments.GetValue(eventMinutes))).RunAsync());

// What runs on the hosts of the lab.
var echo = new Command("echo") { Hidden = true };
echo.SetAction((_, _) => EchoServer.RunAsync());
var plan = new Argument<LoadPlan>("plan") { CustomParser = argument => JsonSerializer.Deserialize<LoadPlan>(argument.Tokens[0].Value) };
var clients = new Command("clients") { plan };
clients.Hidden = true;
clients.SetAction((arguments, _) => Clients.RunAsync(arguments.GetRequiredValue(plan)));

var services = new Command("services") { Hidden = true };
services.SetAction((_, _) => Services.RunAsync());
var count = new Argument<int>("count");
var hold = new Command("hold") { count };
hold.Hidden = true;
hold.SetAction((arguments, _) => Holder.RunAsync(arguments.GetValue(count)));
var server = new Argument<IPEndPoint>("server") { CustomParser = argument => IPEndPoint.Parse(argument.Tokens[0].Value) };
var timeout = new Argument<double>("seconds");
var rush = new Command("rush") { count, server, timeout };
rush.Hidden = true;
rush.SetAction((arguments, _) => Rush.RunAsync(arguments.GetValue(count), arguments.GetRequiredValue(server), TimeSpan.FromSeconds(arguments.GetValue(timeout))));

return await new RootCommand("Finds out whether the packages are reliable.") { chaos, soak, scale, echo, clients, services, hold, rush }.Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(20) }); // time to remove the hosts

static Option<double> Minutes(double standard) => new("--minutes")
{
    Description = string.Create(CultureInfo.InvariantCulture, $"How long it runs. The default is {standard}."),
    HelpName = "NUMBER",
    DefaultValueFactory = _ => standard,
};
