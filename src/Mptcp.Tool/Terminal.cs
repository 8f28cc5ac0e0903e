using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mptcp.Tool.Interop;
using Spectre.Console;

namespace Mptcp.Tool;

/// <summary>The standard output: a terminal with a width and colours, or a file or pipe without.</summary>
sealed class Terminal : IAnsiConsoleOutput, IDisposable
{
    /// <summary>Wide enough that a file contains every column.</summary>
    const int WidthOfFile = 1000;

    static readonly byte[] s_newLine = [(byte)'\n'];

    readonly StandardOutput _stream = new();
    readonly StreamWriter _writer;
    readonly IAnsiConsole _console;

    internal Terminal(bool isJson, bool hasColors)
    {
        IsJson = isJson;
        _writer = new StreamWriter(_stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = false };
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = IsTerminal ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = IsTerminal && hasColors ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = this,
        });
    }

    internal bool IsJson { get; }

    /// <summary>Whether output can be redrawn in place.</summary>
    public bool IsTerminal { get; } = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb";

    public int Width => Console.IsOutputRedirected ? WidthOfFile : Math.Max(Console.WindowWidth, 20);

    public int Height => Console.IsOutputRedirected ? int.MaxValue : Math.Max(Console.WindowHeight, 5);

    TextWriter IAnsiConsoleOutput.Writer => _writer;

    void IAnsiConsoleOutput.SetEncoding(Encoding encoding)
    {
    }

    /// <summary>Writes a line with Spectre's markup. The line is not wrapped.</summary>
    internal void Line(string markup = "")
    {
        Text(markup);
        _writer.Write('\n');
    }

    /// <summary>Writes markup without a line break.</summary>
    internal void Text(string markup) => _console.Write(new Unwrapped(markup));

    internal void Lines(IEnumerable<string> markups)
    {
        foreach (string markup in markups)
            Line(markup);
    }

    /// <summary>Writes control characters for the terminal.</summary>
    internal void Control(string sequence) => _writer.Write(sequence);

    /// <summary>Writes one object as one line.</summary>
    internal void Object<T>(T value, JsonTypeInfo<T> type)
    {
        _writer.Flush();
        _stream.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));
        _stream.Write(s_newLine);
    }

    internal void Flush() => _writer.Flush();

    /// <summary>Discards buffered output if nobody reads it.</summary>
    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // A command that has failed has explained it; a closed pipe is not a failure.
        }

        _stream.Dispose();
    }
}
