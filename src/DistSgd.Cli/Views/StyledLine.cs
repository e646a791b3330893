using System.Text;
using Spectre.Console;

namespace DistSgd.Cli.Views;

/// <summary>One line of the progress display, never wider than the terminal: what would be is cut off.</summary>
/// <param name="width">Most characters of the line.</param>
internal sealed class StyledLine(int width)
{
    private readonly Paragraph _text = new();
    private readonly StringBuilder _plain = new();

    /// <summary>Number of characters so far.</summary>
    public int Length { get; private set; }

    /// <summary>What Spectre.Console writes.</summary>
    public Paragraph Text => _text;

    /// <summary>Its characters without colours, and without blanks at the end.</summary>
    public string Plain => _plain.ToString().TrimEnd();

    /// <summary>Appends text, as far as there is room.</summary>
    /// <param name="text">Text without line ends.</param>
    /// <param name="color">Its colour; null for the terminal's own.</param>
    /// <returns>This line.</returns>
    public StyledLine Add(string text, Color? color = null)
    {
        string fitting = text[..Math.Min(text.Length, width - Length)];
        Length += fitting.Length;
        _plain.Append(fitting);
        _text.Append(fitting, color is { } value ? new Style(value) : Style.Plain);
        return this;
    }
}
