using System.Globalization;
using Mptcp.Sockets;
using Mptcp.Sockets.Witness;

return args switch
{
    ["capabilities"] => Say(MptcpCapabilities.Probe().ToString()),
    ["create", var mode] => Scenarios.Create(Enum.Parse<MptcpMode>(mode)),
    ["wrapped"] => await WrappedSockets.CheckAsync(),
    ["connect", var how, var host, var port] => await Scenarios.ConnectAsync(how, host, int.Parse(port, CultureInfo.InvariantCulture)),
    _ => throw new ArgumentException($"There is no scenario '{string.Join(' ', args)}'."),
};

static int Say(string text)
{
    Console.WriteLine(text);
    return 0;
}
