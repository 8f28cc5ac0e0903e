using Mptcp.Netlink;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class SettingsCommand() : ToolCommand("settings", "List every setting net.mptcp.* with its meaning.")
{
    protected override Task<int> RunAsync(Call call)
    {
        Require.Mptcp();
        MptcpSettings settings = MptcpSettings.Read();
        if (call.Terminal.IsJson)
        {
            foreach ((string name, string value) in settings.Values)
                call.Terminal.Object(new SettingLine(name, value, Meanings.OfSetting(name)), ToolJson.Default.SettingLine);
        }
        else
        {
            call.Terminal.Lines(MeaningList.Lines(settings.Values.Select(setting => (setting.Key, setting.Value, Meanings.OfSetting(setting.Key))), call.Terminal.Width));
        }

        return Task.FromResult(ExitCode.Done);
    }
}
