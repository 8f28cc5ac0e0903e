using System.CommandLine;
using System.Text;
using System.Text.Json;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

/// <summary>Writes one file for a bug report: the snapshot, the findings, and the events of a few seconds.</summary>
sealed class ReportCommand : ToolCommand
{
    readonly Option<FileInfo?> _output = new("--output", "-o") { Description = "The file to write to. The default is the standard output.", HelpName = "FILE" };
    readonly Option<int> _seconds = new("--seconds") { Description = "How long events are collected, 0 to 3600. The default is 5. Events need CAP_NET_ADMIN.", HelpName = "NUMBER", CustomParser = ArgumentParser.Seconds };
    readonly Option<bool> _shorten = new("--shorten-addresses") { Description = "Leave out the middle of all IP addresses. The doctor cannot read such a report." };

    internal ReportCommand()
        : base("report", "Write one file for a bug report: snapshot, findings, events of a while.")
    {
        foreach (Option option in (Option[])[_output, _seconds, _shorten])
            Options.Add(option);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        EventLine[]? events = await CollectAsync(TimeSpan.FromSeconds(call.Has(_seconds) ? call.Get(_seconds) : 5), call.Interruption);
        MptcpHostSnapshot host = MptcpHostSnapshot.Take();
        string report = Write(host, MptcpDoctor.Examine(host), events);
        if (call.Get(_shorten))
            report = Addresses.Shorten(report);

        if (call.Get(_output) is { } file)
            await File.WriteAllTextAsync(file.FullName, report + "\n", call.Interruption);
        else
            call.Terminal.Control(report + "\n");

        return ExitCode.Done;
    }

    /// <summary>Returns null without the privilege: the rest of the report does not need it.</summary>
    static async Task<EventLine[]?> CollectAsync(TimeSpan time, CancellationToken interruption)
    {
        try
        {
            await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(interruption);
            end.CancelAfter(time);
            return await CollectAsync(monitor, end.Token, interruption);
        }
        catch (MptcpPrivilegeException)
        {
            Console.Error.WriteLine("The report has no events: they need the capability CAP_NET_ADMIN.");
            return null;
        }
    }

    static async Task<EventLine[]> CollectAsync(MptcpEventMonitor monitor, CancellationToken end, CancellationToken interruption)
    {
        var events = new List<EventLine>();
        InterfaceNames interfaces = InterfaceNames.Read();
        try
        {
            await foreach (MptcpEvent what in monitor.ReadAllAsync(end))
                events.Add(EventLine.Of(what, interfaces));
        }
        catch (OperationCanceledException) when (!interruption.IsCancellationRequested)
        {
            // The time is over.
        }

        return [.. events];
    }

    static string Write(MptcpHostSnapshot host, IReadOnlyList<MptcpFinding> findings, EventLine[]? events)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WritePropertyName(SavedSnapshot.PartOfReport);
            writer.WriteRawValue(host.ToJson());
            writer.WritePropertyName("findings");
            JsonSerializer.Serialize(writer, [.. findings.Select(FindingLine.Of)], ToolJson.Default.FindingLineArray);
            writer.WritePropertyName("events");
            JsonSerializer.Serialize(writer, events, ToolJson.Default.EventLineArray);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
