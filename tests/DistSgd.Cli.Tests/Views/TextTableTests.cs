using DistSgd.Cli.Views;

namespace DistSgd.Cli.Tests.Views;

public class TextTableTests
{
    private static readonly TextTable Table = new(
        ["depth", "first_layer_norm", "verdict"], [["1", "0.5", "one two three four"], ["10", "1.25E-07", "five"]], [true, true, false]);

    [Fact]
    public void Columns_are_aligned() => Table.Lines(null).ShouldBe(
    [
        "depth  first_layer_norm  verdict",
        "    1               0.5  one two three four",
        "   10          1.25E-07  five",
    ]);

    [Fact]
    public void On_a_narrow_terminal_headings_break_at_underscores_and_texts_at_blanks() => Table.Lines(30).ShouldBe(
    [
        "depth      first_  verdict",
        "       layer_norm",
        "",
        "    1         0.5  one two",
        "                   three four",
        "",
        "   10    1.25E-07  five",
    ]);

    [Fact]
    public void Notes_stand_below_their_rows() =>
        new TextTable(["id", "text"], [["1", "one"], ["2", "two"]], [false, false], ["because it is so", null]).Lines(14).ShouldBe(
        [
            "id  text",
            "1   one",
            "    because it",
            "    is so",
            "2   two",
        ]);

    [Theory]
    [InlineData("a bb ccc", 4, "a bb|ccc")]
    [InlineData("abcdefgh ij", 4, "abcd|efgh|ij")]
    [InlineData("", 4, "")]
    [InlineData("abcd efgh", 4, "abcd|efgh")]
    public void Texts_are_broken_at_blanks_and_long_words_cut(string text, int width, string lines) =>
        TextTable.Wrap(text, width).ShouldBe(lines.Split('|'));
}
