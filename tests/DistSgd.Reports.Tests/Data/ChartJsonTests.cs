using System.Text.Json;
using DistSgd.Reports.Charts;
using DistSgd.Reports.Data;

namespace DistSgd.Reports.Tests.Data;

public sealed class ChartJsonTests
{
    [Fact]
    public void A_line_chart_is_written_with_its_kind_axes_curves_and_marks()
    {
        JsonElement chart = Written(SamplePage.BatchSize(), "line");

        chart.GetProperty("title").GetString().ShouldBe("Steps to the target");
        chart.GetProperty("x").GetProperty("isLogarithmic").GetBoolean().ShouldBeTrue();
        JsonElement measured = chart.GetProperty("curves")[0];
        measured.GetProperty("style").GetString().ShouldBe("lineAndMarkers");
        Numbers(measured.GetProperty("x")).ShouldBe([8, 16, 32, 64, 128, 256, 512, 1024]);
        Numbers(measured.GetProperty("errors")).ShouldBe([400, 180, 90, 40, 25, 20, 14, 16]);
        chart.GetProperty("curves")[1].TryGetProperty("errors", out _).ShouldBeFalse();
        chart.GetProperty("marks")[0].GetProperty("text").GetString().ShouldBe("noise scale 203");
    }

    [Fact]
    public void A_contour_chart_is_written_with_its_field_paths_and_arrows()
    {
        JsonElement chart = Written(SamplePage.Contour(), "contour");

        chart.GetProperty("isLogarithmic").GetBoolean().ShouldBeTrue();
        chart.GetProperty("valueLabel").GetString().ShouldBe("Height f(x, y)");
        chart.GetProperty("field").GetProperty("values").GetArrayLength().ShouldBe(81);
        chart.GetProperty("paths").GetArrayLength().ShouldBe(2);
        JsonElement arrow = chart.GetProperty("arrows")[0];
        arrow.EnumerateObject().Select(member => member.Name).ShouldBe(["x", "y", "deltaX", "deltaY"]);
    }

    [Fact]
    public void A_heat_map_and_a_surface_are_written()
    {
        Written(SamplePage.Heat(), "heat").GetProperty("field").GetProperty("x").GetArrayLength().ShouldBe(7);
        JsonElement surface = Written(SamplePage.Surface(), "surface");
        surface.GetProperty("z").GetProperty("label").GetString().ShouldBe("f(x, y)");
        surface.GetProperty("paths")[0].GetProperty("z").GetArrayLength().ShouldBe(400);
    }

    [Fact]
    public void What_is_no_number_becomes_null_and_every_number_comes_back_exactly()
    {
        LineChart chart = Line(new Curve("c", [0.1 + 0.2, double.NaN, 1e-300], [double.PositiveInfinity, double.NegativeInfinity, -0.0]));

        JsonElement curve = Written(chart, "line").GetProperty("curves")[0];

        curve.GetProperty("x")[0].GetDouble().ShouldBe(0.1 + 0.2);
        curve.GetProperty("x")[2].GetDouble().ShouldBe(1e-300);
        new[] { curve.GetProperty("x")[1], curve.GetProperty("y")[0], curve.GetProperty("y")[1] }
            .ShouldAllBe(value => value.ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public void No_text_can_end_the_element_that_the_json_stands_in()
    {
        const string Hostile = "</script><script>alert(1)</script><!-- & ' \" >";

        string json = ChartJson.Write(Line(new Curve(Hostile, [1], [2])) with { Title = Hostile });

        json.ShouldNotContain('<');
        json.ShouldNotContain('>');
        json.ShouldNotContain('&');
        JsonDocument.Parse(json).RootElement.GetProperty("chart").GetProperty("title").GetString().ShouldBe(Hostile);
    }

    [Fact]
    public void A_chart_of_an_unknown_kind_is_refused() =>
        Should.Throw<ArgumentException>(() => ChartJson.Write(new PieChart { Title = "t", Description = "d" }))
            .Message.ShouldStartWith("No page knows a chart of kind PieChart.");

    private static JsonElement Written(Chart chart, string kind)
    {
        JsonElement root = JsonDocument.Parse(ChartJson.Write(chart)).RootElement;
        root.GetProperty("kind").GetString().ShouldBe(kind);
        return root.GetProperty("chart");
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private static LineChart Line(params Curve[] curves) => new()
    {
        Title = "t",
        Description = "d",
        X = new Axis("x"),
        Y = new Axis("y"),
        Curves = curves,
    };

    private sealed record PieChart : Chart;
}
