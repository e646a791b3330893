using DistSgd.Cli.Views;
using DistSgd.Learning;

namespace DistSgd.Cli.Tests.Views;

public class DisplayTests
{
    [Theory]
    [InlineData(0.9, "0:00")]
    [InlineData(61, "1:01")]
    [InlineData(3599, "59:59")]
    [InlineData(3661, "1:01:01")]
    [InlineData(30 * 3600, "30:00:00")]
    [InlineData(1e15, "277777777777:46:40")]
    [InlineData(double.PositiveInfinity, "?")]
    [InlineData(double.NaN, "?")]
    public void A_duration_of_any_length_is_told_in_hours(double seconds, string expected) => Display.Duration(seconds).ShouldBe(expected);

    [Theory]
    [InlineData("größe 100 %\nsecond line", "größe 100 %\nsecond line")]
    [InlineData("\e[2J\r\a\t", @"\x1b[2J\x0d\x07\x09")]
    [InlineData("\u009b31m", @"\x9b31m")]
    [InlineData("\u202egnp.exe", @"\x202egnp.exe")]
    public void What_would_steer_a_terminal_becomes_its_code(string text, string printable) => Display.Printable(text).ShouldBe(printable);

    [Fact]
    public void Binary_junk_does_not_fill_the_screen() => Display.Printable(new string('\0', 100_000)).Length.ShouldBeLessThan(4100);

    [Theory]
    [InlineData("runs/mnist-mlp-20260101T120000Z", "runs/mnist-mlp-20260101T120000Z")]
    [InlineData("my runs/a", "'my runs/a'")]
    [InlineData("it's", @"'it'\''s'")]
    public void A_path_can_be_pasted_into_a_shell(string path, string word) => Display.Argument(path).ShouldBe(word);

    [Theory]
    [InlineData(DataPart.Training, "training")]
    [InlineData(DataPart.Validation, "validation")]
    [InlineData(DataPart.Test, "test")]
    public void Parts_have_lower_case_names(DataPart part, string name) => Display.Part(part).ShouldBe(name);
}
