using System.Globalization;
using Mptcp.Sockets;
using Mptcp.Sockets.Witness;

return args switch
{
    ["capabilities"] => Say(MptcpCapabilities.Probe().ToString()),
    ["create", var mode] => Scenarios.Create(Enum.Parse<MptcpMode>(mode)),
    ["wrapped"] => await WrappedSockets.CheckAsync(),
    ["connect", var how, var host, var port] => await Scenarios.ConnectAsync(how, host, int.Parse(port, CultureInfo.InvariantCulture)),
    ["connect-explained", var how, var host, var port] => await Scenarios.ConnectExplainedAsync(how, host, int.Parse(port, CultureInfo.InvariantCulture)),
    ["forget-blackholes"] => Scenarios.ForgetBlackholes(),
    ["ask", var what, var times, var subflows, var mark] =>
        Scenarios.Ask(what, int.Parse(times, CultureInfo.InvariantCulture), int.Parse(subflows, CultureInfo.InvariantCulture), mark),
    ["activation", var name, var unset] => await Activation.TakeAsync(name.Length > 0 ? name : null, bool.Parse(unset)),
    ["activation-listener"] => await Activation.ListenerAsync(),
    ["activation-wrapped"] => await Activation.WrappedAsync(),
    ["activation-kestrel"] => await Activation.KestrelAsync(),
    _ => throw new ArgumentException($"There is no scenario '{string.Join(' ', args)}'."),
};

static int Say(string text)
{
    Console.WriteLine(text);
    return 0;
}
