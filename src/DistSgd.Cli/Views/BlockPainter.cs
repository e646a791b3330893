using System.Text;
using Spectre.Console;
using Spectre.Console.Advanced;

namespace DistSgd.Cli.Views;

/// <summary>
/// Keeps a block of lines at the end of a terminal's output and prints other lines above it. Everything that is written while the
/// block stands goes through here: erase, print, paint again.
/// </summary>
/// <remarks>
/// Between two calls the cursor stands at the start of the line below the block, so that an echoed ^C goes there and is erased with
/// the block. Spectre's live display keeps it in the block, and a block of one line makes it erase the line above.
/// </remarks>
/// <param name="console">The terminal.</param>
internal sealed class BlockPainter(IAnsiConsole console)
{
    private const string EraseToEndOfLine = "\e[K";
    private const string EraseToEndOfScreen = "\e[J";

    private int[] _painted = [];
    private int _paintedWidth;

    /// <summary>Prints lines above the block and paints it anew.</summary>
    /// <param name="notices">Lines that stay; they may be longer than the terminal is wide.</param>
    /// <param name="block">The block's lines, each narrower than the terminal; none erases it.</param>
    public void Paint(IReadOnlyList<string> notices, IReadOnlyList<StyledLine> block)
    {
        int width = console.Profile.Width;
        var output = new StringBuilder("\r");
        int up = Rows(width);
        if (up > 0)
        {
            output.Append($"\e[{up}A");
        }

        // At the same width lines are overwritten in place and only their rests erased, which does not flicker. After a change of
        // width everything goes, because a terminal remembers which rows belong to one broken line until they are erased.
        if (notices.Count > 0 || width != _paintedWidth)
        {
            output.Append(EraseToEndOfScreen);
        }

        foreach (string notice in notices)
        {
            output.Append(notice).Append('\n');
        }

        foreach (StyledLine line in block)
        {
            output.Append(console.ToAnsi(line.Text)).Append(EraseToEndOfLine).Append('\n');
        }

        output.Append(EraseToEndOfScreen);
        console.Profile.Out.Writer.Write(output.ToString());
        console.Profile.Out.Writer.Flush();
        _painted = [.. block.Select(line => line.Length)];
        _paintedWidth = width;
    }

    // A terminal that became narrower has broken the lines that no longer fit.
    private int Rows(int width) =>
        width >= _paintedWidth ? _painted.Length : _painted.Sum(length => Math.Max(1, (length + width - 1) / width));
}
