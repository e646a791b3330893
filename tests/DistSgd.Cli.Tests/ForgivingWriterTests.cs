using System.Text;

namespace DistSgd.Cli.Tests;

public class ForgivingWriterTests
{
    [Fact]
    public void Text_passes()
    {
        var inner = new StringWriter();
        using var writer = new ForgivingWriter(inner);
        writer.Write('a');
        writer.Write("b");
        writer.Write(['x', 'c', 'y'], 1, 1);
        writer.WriteLine("d");
        inner.ToString().ShouldBe($"abcd{Environment.NewLine}");
    }

    [Fact]
    public void What_cannot_be_written_is_lost()
    {
        using var writer = new ForgivingWriter(new Full());
        writer.Write('a');
        writer.Write("b");
        writer.WriteLine("c");
        writer.Flush();
    }

    private sealed class Full : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");

        public override void Flush() => throw new IOException("No space left on device");
    }
}
