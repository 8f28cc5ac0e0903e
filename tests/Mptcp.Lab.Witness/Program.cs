using System.Globalization;
using Mptcp.Lab.Witness;

return args switch
{
    ["missing"] => Scenarios.SayWhatIsMissing(),
    ["live", var end] => Scenarios.Live(end),
    ["make", var times] => Scenarios.Make(int.Parse(times, CultureInfo.InvariantCulture)),
    ["unsent", var times] => Scenarios.LeaveUnsent(int.Parse(times, CultureInfo.InvariantCulture)),
    ["orphan", var times] => Scenarios.Orphan(int.Parse(times, CultureInfo.InvariantCulture)),
    ["linger", var seconds] => Scenarios.Linger(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture))),
    ["fill"] => Scenarios.FillPool(),
    ["without"] => Scenarios.DoWithout(),
    ["restart", "with", "arguments"] => Scenarios.Restart(),
    ["measure"] => Scenarios.Measure(),
    ["fail"] => Scenarios.Fail(),
    _ => throw new ArgumentException($"There is no scenario '{string.Join(' ', args)}'."),
};
