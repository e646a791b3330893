using System.Text;

namespace DistSgd.Cli;

/// <summary>Standard error for people: what cannot be written there is lost, because a full disk behind it must not end a run.</summary>
/// <param name="inner">Where the text goes.</param>
internal sealed class ForgivingWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    // One call for text and line end, so that lines of several threads stay whole.
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            // There is no other place to say it.
        }
    }
}
