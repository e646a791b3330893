using DistSgd.Reports.Charts;
using DistSgd.Reports.Data;

namespace DistSgd.Reports.Tests.Data;

public sealed class ChartDataTests
{
    [Fact]
    public void Few_points_are_all_listed_with_their_errors()
    {
        IReadOnlyList<DataTable> tables = ChartData.Of(SamplePage.BatchSize());

        tables.Select(table => table.Title).ShouldBe(["Curves", "Marks"]);
        tables[0].Columns.ShouldBe(["Curve", "Batch size", "Steps", "±"]);
        tables[0].Rows.Count.ShouldBe(10);
        tables[0].Rows[0].ShouldBe(["Measured, five seeds", "8", "4100", "400"]);
        tables[0].Rows[9].ShouldBe(["Perfect scaling", "1024", "32", ""]);
        tables[0].Note.ShouldBeNull();
        tables[1].Rows.Single().ShouldBe(["noise scale 203", "203", "300"]);
    }

    [Fact]
    public void Many_points_are_thinned_evenly_from_the_first_to_the_last_and_the_rest_is_counted()
    {
        DataTable table = ChartData.Of(SamplePage.Large()).Single();

        table.Rows.Count.ShouldBe(ChartData.MostRows);
        table.Note.ShouldBe("A table has at most 200 rows: 23,800 in between were left out.");
        string[] steps = [.. table.Rows.Where(row => row[0] == "All layers").Select(row => row[1])];
        steps.Length.ShouldBe(100);
        steps[0].ShouldBe("0");
        steps[^1].ShouldBe("11999");
    }

    [Fact]
    public void No_curve_is_thinned_to_nothing()
    {
        Curve[] curves =
        [
            new Curve("long", SamplePage.Steps(100_000), SamplePage.Steps(100_000)),
            .. Enumerable.Range(0, 5).Select(i => new Curve($"short {i}", [1], [2])),
        ];
        LineChart chart = SamplePage.Spectrum() with { Curves = curves };

        DataTable table = ChartData.Of(chart).Single();

        table.Rows.Count.ShouldBeLessThanOrEqualTo(ChartData.MostRows);
        table.Rows.Select(row => row[0]).Distinct().Count().ShouldBe(6);
    }

    [Fact]
    public void A_large_field_is_thinned_in_both_directions()
    {
        DataTable table = ChartData.Of(SamplePage.Contour())[0];

        table.Columns.Count.ShouldBe(1 + ChartData.MostFieldRows);
        table.Columns.Take(2).ShouldBe(["y ↓ · x →", "-2"]);
        table.Columns[^1].ShouldBe("2");
        table.Rows.Count.ShouldBe(ChartData.MostFieldRows);
        table.Rows[0].Take(2).ShouldBe(["-2", "17"]);
        table.HasRowHeadings.ShouldBeTrue();
        table.Note.ShouldBe("Shown are 21 of 81 rows and 21 of 81 columns.");
    }

    [Fact]
    public void A_small_field_is_whole_and_its_holes_say_so()
    {
        IReadOnlyList<DataTable> tables = ChartData.Of(SamplePage.Heat());

        tables[0].Note.ShouldBeNull();
        tables[0].Rows.Count.ShouldBe(6);
        tables[0].Rows[5][1].ShouldBe("NaN");
        tables[1].Rows.ShouldHaveSingleItem().ShouldBe(["1", "7", "the noise scale"]);
    }

    [Fact]
    public void Sequences_of_unequal_length_end_with_the_shorter_one()
    {
        LineChart chart = SamplePage.Spectrum() with { Curves = [new Curve("c", [1, 2, 3], [4, 5]) { Errors = [0.5] }] };

        ChartData.Of(chart).Single().Rows.Select(row => string.Join(' ', row)).ShouldBe(["c 1 4 0.5", "c 2 5 "]);
    }
}
