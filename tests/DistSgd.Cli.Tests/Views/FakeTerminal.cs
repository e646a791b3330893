using System.Text;
using Spectre.Console;

namespace DistSgd.Cli.Tests.Views;

/// <summary>A terminal that remembers what was written and whose size can be changed.</summary>
internal sealed class FakeTerminal : IAnsiConsoleOutput
{
    private readonly StringBuilder _written = new();
    private readonly TextWriter _writer;

    public FakeTerminal(int width)
    {
        Width = width;
        _writer = TextWriter.Synchronized(new StringWriter(_written));
    }

    public TextWriter Writer => _writer;

    public bool IsTerminal => true;

    public int Width { get; set; }

    public int Height { get; set; } = 24;

    public string Written
    {
        get
        {
            // What a synchronized writer locks is itself.
            lock (_writer)
            {
                return _written.ToString();
            }
        }
    }

    public int Length => Written.Length;

    /// <summary>What the terminal shows, if it never changed its size.</summary>
    public Screen Screen => new Screen(Width).Write(Written);

    public IAnsiConsole Open(ColorSystemSupport colors = ColorSystemSupport.NoColors)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = colors, Out = this });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    public void SetEncoding(Encoding encoding)
    {
    }
}
