namespace DistSgd.Reports.Tests;

public sealed class ReportWriterTests
{
    private const string Library = "id=\"chart-library\"";

    private static readonly ReportPage Sample = SamplePage.Create();

    [Fact]
    public void A_page_holds_its_texts_tables_and_command()
    {
        string html = ReportWriter.ToHtml(Sample);

        html.ShouldStartWith("<!doctype html>");
        html.ShouldContain("<title>Two valleys and a saddle: x⁴ &#x2B; y⁴ − 4xy &#x2B; 1</title>");
        html.ShouldContain("<h2 id=\"section-2-title\">Loss</h2>");
        html.ShouldContain("<th scope=\"col\" class=\"number\">Height</th>");
        html.ShouldContain("<td class=\"number\">−1.0000</td>");
        html.ShouldContain("<code>distsgd landscape two-valleys --learning-rate 0.02 --momentum 0.9 --seed 42</code>");
    }

    [Fact]
    public void A_column_of_numbers_stays_one_where_a_value_is_missing()
    {
        var table = new ReportTable("Steps", ["method", "steps"], [["sgd", "261"], ["adagrad", "-"]]);

        string html = ReportWriter.ToHtml(Sample with { Sections = [new ReportSection("A", "B") { Tables = [table] }] });

        html.ShouldContain("<td class=\"number\">-</td>");
    }

    [SkippableFact]
    public void A_page_with_charts_carries_the_library_its_licence_and_the_data()
    {
        Skip.IfNot(ChartLibrary.IsAvailable, "The product was built without the charting library; install Node.js and build again.");

        string html = ReportWriter.ToHtml(Sample);

        html.ShouldContain(Library);
        html.ShouldContain("Permission is hereby granted, free of charge");
        Count(html, "<script type=\"application/json\">").ShouldBe(7);
        html.ShouldNotContain("The charts are missing");
    }

    [Fact]
    public void A_page_without_the_library_says_what_is_missing_and_keeps_texts_and_data()
    {
        string html = ReportWriter.ToHtml(Sample, hasCharts: false);

        html.ShouldContain("<strong>The charts are missing.</strong> This copy of DistSgd was built without Node.js");
        Count(html, "Not drawn: built without the charting library.").ShouldBe(7);
        Count(html, "<summary>Data</summary>").ShouldBe(7);
        html.ShouldContain("Steps fall in proportion to the batch size");
        html.ShouldNotContain("<script");
    }

    [Fact]
    public void A_page_without_charts_carries_no_script()
    {
        string html = ReportWriter.ToHtml(Sample with { Sections = [new ReportSection("Words", "Only words.")] });

        html.ShouldNotContain("<script");
        html.ShouldNotContain("Plotly");
        html.ShouldNotContain("The charts are missing");
    }

    [Fact]
    public void Texts_never_become_markup()
    {
        const string Hostile = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x";
        var table = new ReportTable(Hostile, [Hostile], [[Hostile]]);
        var section = new ReportSection(Hostile, Hostile)
        {
            Charts = [SamplePage.BatchSize() with { Title = Hostile, Description = Hostile }],
            Tables = [table],
        };
        var page = new ReportPage { Title = Hostile, Summary = Hostile, Command = Hostile, Sections = [section, section, section, section] };

        string html = ReportWriter.ToHtml(page, hasCharts: false);

        html.ShouldNotContain("<script");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("\" onload");
        html.ShouldContain("&lt;img src=x onerror=alert(1)&gt;");
    }

    [Fact]
    public void What_looks_like_a_placeholder_of_the_template_stays_text()
    {
        string html = ReportWriter.ToHtml(Sample with { Title = "{{body}} {{style}} {{unknown}}" }, hasCharts: false);

        html.ShouldContain("<h1>{{body}} {{style}} {{unknown}}</h1>");
        Count(html, "<main>").ShouldBe(1);
    }

    [Fact]
    public void A_page_forbids_itself_to_load_anything() =>
        ReportWriter.ToHtml(Sample, hasCharts: false).ShouldContain("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';");

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
