using System.Text;
using DistSgd.Reports.Charts;
using DistSgd.Reports.Data;

namespace DistSgd.Reports.Html;

/// <summary>The body of a page: everything that is read, with the charts' data beside their places.</summary>
/// <param name="hasCharts">False if the charting library is not there to draw them.</param>
internal sealed class PageBody(bool hasCharts)
{
    /// <summary>A page of so many sections gets a list of them on top.</summary>
    private const int SectionsWithContents = 4;

    private readonly StringBuilder _html = new();
    private int _charts;
    private int _tables;

    public string Render(ReportPage page)
    {
        Line("<header class=\"page-head\">");
        Line($"<h1>{HtmlText.Encode(page.Title)}</h1>");
        Line(HtmlText.Paragraphs(page.Summary, "summary"));
        if (!hasCharts && page.Sections.Any(section => section.Charts.Count > 0))
        {
            string remedy = HtmlText.Encode(ChartLibrary.HowToGet);
            Line($"<p class=\"notice\" role=\"note\"><strong>The charts are missing.</strong> {remedy}</p>");
        }

        Line("</header>");
        Contents(page.Sections);
        Line("<main>");
        for (int i = 0; i < page.Sections.Count; i++)
        {
            Section(page.Sections[i], i + 1);
        }

        Line("</main>");
        Footer(page);
        return _html.ToString().TrimEnd();
    }

    private void Contents(IReadOnlyList<ReportSection> sections)
    {
        if (sections.Count < SectionsWithContents)
        {
            return;
        }

        Line("<nav aria-label=\"Sections\">\n<ol>");
        for (int i = 0; i < sections.Count; i++)
        {
            Line($"<li><a href=\"#section-{i + 1}\">{HtmlText.Encode(sections[i].Title)}</a></li>");
        }

        Line("</ol>\n</nav>");
    }

    private void Section(ReportSection section, int number)
    {
        Line($"<section id=\"section-{number}\" aria-labelledby=\"section-{number}-title\">");
        Line($"<h2 id=\"section-{number}-title\">{HtmlText.Encode(section.Title)}</h2>");
        Line(HtmlText.Paragraphs(section.Reading, "reading"));
        foreach (ReportLink link in section.Links)
        {
            // Each segment is escaped and none leads out of the folder, so the link can name no other host.
            string path = string.Join('/', link.Path.Select(segment => segment is "." or ".." ? "_" : Uri.EscapeDataString(segment)));
            Line($"<p class=\"link\"><a href=\"./{path}\">{HtmlText.Encode(link.Text)}<span class=\"unseen\">: {HtmlText.Encode(section.Title)}</span></a></p>");
        }

        if (section.Charts.Count > 0)
        {
            Line("<div class=\"charts\">");
            foreach (Chart chart in section.Charts)
            {
                Figure(chart, $"chart-{++_charts}");
            }

            Line("</div>");
        }

        foreach (ReportTable table in section.Tables)
        {
            Line("<div class=\"table\">");
            Table(new DataTable(table.Title, table.Columns, table.Rows), 3);
            Line("</div>");
        }

        Line("</section>");
    }

    private void Figure(Chart chart, string id)
    {
        string json = ChartJson.Write(chart);
        Line($"<figure class=\"chart\" id=\"{id}\" aria-labelledby=\"{id}-title\" aria-describedby=\"{id}-about\">");
        Line($"<figcaption><h3 id=\"{id}-title\">{HtmlText.Encode(chart.Title)}</h3>");
        Line($"<p id=\"{id}-about\">{HtmlText.Encode(chart.Description)}</p></figcaption>");
        if (hasCharts)
        {
            Line("<div class=\"legend\"></div>\n<div class=\"plot\"></div>\n<p class=\"readout\" role=\"status\"></p>");
            Line("<noscript><p class=\"notice\">A script draws this chart, and this browser runs none; its data stand below.</p></noscript>");
            Line($"<script type=\"application/json\">{json}</script>");
        }
        else
        {
            Line("<p class=\"missing\">Not drawn: built without the charting library. The data stand below.</p>");
        }

        Line("<details class=\"data\">\n<summary>Data</summary>");
        foreach (DataTable table in ChartData.Of(chart))
        {
            Table(table, 4);
        }

        Line("</details>\n</figure>");
    }

    private void Table(DataTable table, int heading)
    {
        string id = $"table-{++_tables}";
        Line($"<h{heading} id=\"{id}\">{HtmlText.Encode(table.Title)}</h{heading}>");
        if (table.Note is not null)
        {
            Line($"<p class=\"note\">{HtmlText.Encode(table.Note)}</p>");
        }

        // What scrolls has to be reached by keyboard.
        Line($"<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-labelledby=\"{id}\">\n<table>");
        bool[] isNumeric = [.. table.Columns.Select((_, column) => table.IsNumeric(column))];
        IEnumerable<string> headings = table.Columns.Select((name, i) => Cell("th scope=\"col\"", "th", name, isNumeric[i]));
        Line($"<thead><tr>{string.Concat(headings)}</tr></thead>");
        Line("<tbody>");
        foreach (IReadOnlyList<string> row in table.Rows)
        {
            IEnumerable<string> cells = row.Take(isNumeric.Length).Select((text, i) => table.HasRowHeadings && i == 0
                ? Cell("th scope=\"row\"", "th", text, isNumeric[i])
                : Cell("td", "td", text, isNumeric[i]));
            Line($"<tr>{string.Concat(cells)}</tr>");
        }

        Line("</tbody>\n</table>\n</div>");
    }

    private static string Cell(string opening, string name, string text, bool isNumeric) =>
        $"<{opening}{(isNumeric ? " class=\"number\"" : "")}>{HtmlText.Encode(text)}</{name}>";

    private void Footer(ReportPage page)
    {
        Line("<footer>");
        Line("<h2 id=\"command-title\">Make this page anew</h2>");
        Line($"<pre tabindex=\"0\" role=\"group\" aria-labelledby=\"command-title\"><code>{HtmlText.Encode(page.Command)}</code></pre>");
        if (hasCharts && _charts > 0)
        {
            Line("<p class=\"keys\">Every chart can be read by keyboard: focus it, walk along a curve with <kbd>←</kbd> and <kbd>→</kbd>, "
                + "change the curve with <kbd>↑</kbd> and <kbd>↓</kbd>, leave with <kbd>Esc</kbd>.</p>");
            Line("<details class=\"license\">\n<summary>Charts by Plotly.js (MIT licence)</summary>");
            string license = HtmlText.Encode(ChartLibrary.License);
            Line($"<pre tabindex=\"0\" role=\"group\" aria-label=\"Licence of Plotly.js\">{license}</pre>\n</details>");
        }

        Line("<p class=\"product\">Written by DistSgd</p>");
        Line("</footer>");
    }

    private void Line(string html) => _html.Append(html).Append('\n');
}
