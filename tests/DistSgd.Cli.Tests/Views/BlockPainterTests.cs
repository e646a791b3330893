using DistSgd.Cli.Views;

namespace DistSgd.Cli.Tests.Views;

public class BlockPainterTests
{
    private readonly FakeTerminal _terminal = new(20);
    private readonly BlockPainter _painter;

    public BlockPainterTests()
    {
        _terminal.Writer.Write("the line above\n");
        _painter = new BlockPainter(_terminal.Open());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_repaint_touches_nothing_above_the_block(int lines)
    {
        for (int time = 0; time < 3; time++)
        {
            _painter.Paint([], Block(lines, $"time {time}"));
            _terminal.Screen.Rows.ShouldBe(["the line above", .. Enumerable.Repeat($"time {time}", lines)]);
        }
    }

    [Fact]
    public void Notices_stand_above_the_block_in_their_order_and_stay()
    {
        _painter.Paint(["first"], Block(2, "old"));
        _painter.Paint(["second", "third"], Block(2, "new"));
        _painter.Paint(["last"], []);
        _terminal.Screen.Rows.ShouldBe(["the line above", "first", "second", "third", "last"]);
    }

    [Fact]
    public void A_notice_wider_than_the_terminal_is_kept_whole()
    {
        string notice = new('x', 50);
        _painter.Paint([], Block(2, "block"));
        _painter.Paint([notice], Block(2, "block"));
        _painter.Paint([], Block(2, "block"));
        _terminal.Screen.Rows.ShouldBe(["the line above", notice[..20], notice[..20], notice[..10], "block", "block"]);
    }

    [Fact]
    public void Nothing_of_longer_or_more_lines_is_left()
    {
        _painter.Paint([], Block(4, "a long line"));
        _painter.Paint([], Block(1, "short"));
        _terminal.Screen.Rows.ShouldBe(["the line above", "short"]);
    }

    [Fact]
    public void What_the_terminal_echoes_below_the_block_goes_with_it()
    {
        _painter.Paint([], Block(2, "block"));
        _terminal.Writer.Write("^C");
        _painter.Paint(["stopping"], Block(2, "block"));
        _terminal.Screen.Rows.ShouldBe(["the line above", "stopping", "block", "block"]);
    }

    [Fact]
    public void Without_a_block_nothing_is_left_and_the_cursor_is_at_the_start_of_a_line()
    {
        _painter.Paint([], Block(3, "block"));
        _painter.Paint([], []);
        _terminal.Writer.Write("result\n");
        _terminal.Screen.Rows.ShouldBe(["the line above", "result"]);
    }

    [Fact]
    public void A_terminal_that_became_narrower_has_broken_the_blocks_lines()
    {
        _painter.Paint([], Block(2, "12 letters.."));
        _terminal.Width = 10;

        // What the terminal itself makes of it: each of the two lines is now two rows.
        var narrow = new Screen(10);
        narrow.Write("the line\n12 letters..\n12 letters..\n");
        int before = _terminal.Written.Length;
        _painter.Paint([], Block(2, "new"));
        narrow.Write(_terminal.Written[before..]).Rows.ShouldBe(["the line", "new", "new"]);
    }

    private static StyledLine[] Block(int lines, string text) => [.. Enumerable.Range(0, lines).Select(_ => new StyledLine(19).Add(text))];
}
