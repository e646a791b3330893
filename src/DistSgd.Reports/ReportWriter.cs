using System.Text.RegularExpressions;
using DistSgd.Reports.Html;

namespace DistSgd.Reports;

/// <summary>Writes a page as one self-contained HTML file.</summary>
/// <remarks>
/// The file asks for nothing: style, script, charting library and data stand in it, and its content security policy forbids the
/// browser to load anything else. It can be opened from a disk, sent by mail and kept for years.
/// </remarks>
public static partial class ReportWriter
{
    /// <summary>The script of a page, in the order in which its parts build on each other.</summary>
    private static readonly string[] ScriptFiles =
        ["text.js", "theme.js", "moments.js", "traces.js", "fields.js", "layout.js", "legend.js", "walk.js", "page.js"];

    /// <summary>Renders a page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>The HTML.</returns>
    /// <exception cref="ArgumentException">A chart is of a kind that pages do not know.</exception>
    public static string ToHtml(ReportPage page) => ToHtml(page, ChartLibrary.IsAvailable);

    /// <summary>Renders a page, with its charts or as a product without the charting library would.</summary>
    internal static string ToHtml(ReportPage page, bool hasCharts)
    {
        ArgumentNullException.ThrowIfNull(page);
        string body = new PageBody(hasCharts).Render(page);
        string scripts = hasCharts && page.Sections.Any(section => section.Charts.Count > 0) ? Scripts() : "";
        var parts = new Dictionary<string, Func<string>>
        {
            ["title"] = () => HtmlText.Encode(page.Title),
            ["style"] = () => Resources.Text("page.css").TrimEnd(),
            ["body"] = () => body,
            ["scripts"] = () => scripts,
        };

        // One pass, so that a placeholder's look-alike in a text of the page stays text.
        return Placeholder().Replace(Resources.Text("page.html"), match => parts[match.Groups[1].Value]());
    }

    private static string Scripts() =>
        $"""
        <script type="text/plain" id="chart-library">{ChartLibrary.Base64}</script>
        <script>
        (() => {"{"}
        'use strict';
        {string.Concat(ScriptFiles.Select(Resources.Text))}{"}"})();
        </script>
        """;

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}
