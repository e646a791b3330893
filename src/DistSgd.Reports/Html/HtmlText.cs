using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace DistSgd.Reports.Html;

/// <summary>Makes plain text safe to stand in HTML, as content or as the value of a quoted attribute.</summary>
internal static class HtmlText
{
    /// <summary>Letters of all scripts stay readable in the source; what could be markup does not.</summary>
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Encode(string text) => Encoder.Encode(text);

    /// <summary>A text in paragraphs: a blank line parts them.</summary>
    public static string Paragraphs(string text, string? cssClass = null)
    {
        string opening = cssClass is null ? "<p>" : $"<p class=\"{cssClass}\">";
        IEnumerable<string> paragraphs = text.ReplaceLineEndings("\n")
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join('\n', paragraphs.Select(paragraph => $"{opening}{Encode(paragraph)}</p>"));
    }
}
