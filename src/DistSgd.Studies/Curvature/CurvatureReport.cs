using System.Globalization;
using DistSgd.Hosting;
using DistSgd.Learning.Curvature;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Curvature;

/// <summary>The sections of an examination's report, each with a reading made from its numbers.</summary>
internal static class CurvatureReport
{
    public static StudyResult Of(SavedRun run, CurvatureProbe probe, CurvatureOptions options)
    {
        IReadOnlyList<StudyTable> tables = CurvatureTables.Of(run, probe, options.Examples, options.Settings);
        string verdict = CurvatureReading.Verdict(run.Checkpoint.Layout, probe);
        return new StudyResult
        {
            Name = "curvature",
            Title = string.Create(CultureInfo.InvariantCulture, $"Curvature of {run.Directory.Name} at step {run.Checkpoint.State.Step}"),
            Summary = verdict,
            Command = options.Command,
            Tables = tables,
            Sections =
            [
                new ReportSection("Numbers", CurvatureReading.Sharpness(probe))
                {
                    Tables = [.. tables.Where(table => table.IsPrinted).Select(CellText.Table)],
                },
                new ReportSection("Spectrum", CurvatureReading.Spectrum(run.Checkpoint.Layout, probe)) { Charts = [Spectrum(probe)] },
                .. probe.Line is { } line ? [new ReportSection("Slice along a line", CurvatureReading.Line(line)) { Charts = [Line(line)] }] : Array.Empty<ReportSection>(),
                .. probe.Planes.Select(plane => Plane(run, plane)),
            ],
        };
    }

    private static LineChart Spectrum(CurvatureProbe probe)
    {
        (double[] eigenvalues, double[] density) = probe.Density.OnGrid(CurvatureTables.DensityPoints, CurvatureTables.DensityWidth);

        // On a logarithmic axis the tails of the widened curves would reach down without end.
        double floor = density.Max() * 1e-7;
        EigenPair[] pairs = [.. probe.Eigenvalues.Largest, .. probe.Eigenvalues.Smallest];
        return new LineChart
        {
            Title = "Density of the Hessian's eigenvalues",
            Description = "Stochastic Lanczos quadrature, each node widened to a narrow bell. The markers at the bottom are the extreme eigenvalues.",
            X = new Axis("eigenvalue"),
            Y = new Axis("density") { IsLogarithmic = true, Minimum = floor },
            Curves =
            [
                new Curve("density", eigenvalues, [.. density.Select(height => Math.Max(height, floor))]),
                new Curve("extreme eigenvalues", [.. pairs.Select(pair => pair.Value)], [.. pairs.Select(_ => floor * 3)]) { Style = CurveStyle.Markers },
            ],
        };
    }

    private static LineChart Line(LossSlice line) => new()
    {
        Title = "Loss along a random direction",
        Description = "The direction is filter-normalised: at coordinate 1 each unit's weights have moved by their own length.",
        X = new Axis("coordinate along the direction"),
        Y = new Axis("loss") { IsLogarithmic = line.Losses.All(loss => loss > 0) },
        Curves = [new Curve("loss", line.Axes[0], line.Losses)],
        Marks = [new Mark(0, line.Losses[line.Losses.Count / 2], "checkpoint")],
    };

    private static ReportSection Plane(SavedRun run, PlaneSlice plane)
    {
        var field = new GridField(plane.Slice.Axes[0], plane.Slice.Axes[1], plane.Slice.Rows);
        var x = new Axis("along the first direction");
        var y = new Axis("along the second direction");
        double[] pathX = [.. plane.Path.Select(point => point.X)], pathY = [.. plane.Path.Select(point => point.Y)];
        return new ReportSection($"Slice in the plane of {plane.Name}", CurvatureReading.Plane(run, plane))
        {
            Charts =
            [
                new ContourChart
                {
                    Title = "Loss and the run's path",
                    Description = $"Contours of the loss in the plane of {plane.Name}; the path joins the run's checkpoints, projected into the plane.",
                    X = x,
                    Y = y,
                    Field = field,
                    ValueLabel = "loss",
                    IsLogarithmic = true,
                    Paths = [new Curve("checkpoints", pathX, pathY) { Style = CurveStyle.LineAndMarkers }],
                    Marks = [.. Marks(run, plane)],
                },
                new SurfaceChart
                {
                    Title = "The same as a surface",
                    Description = $"The loss over the plane of {plane.Name}.",
                    X = x,
                    Y = y,
                    Z = new Axis("loss"),
                    Field = field,
                },
            ],
        };
    }

    // The first and the last name themselves; between them names would cover each other.
    private static IEnumerable<Mark> Marks(SavedRun run, PlaneSlice plane)
    {
        for (int i = 0; i < plane.Path.Count; i++)
        {
            if (i == 0 || i == plane.Path.Count - 1)
            {
                PlanePoint point = plane.Path[i];
                string part = point.InPlane < 0.5 ? string.Create(CultureInfo.InvariantCulture, $" ({point.InPlane:P0} in the plane)") : "";
                yield return new Mark(point.X, point.Y, string.Create(CultureInfo.InvariantCulture, $"step {run.Path[i].Step}{part}"));
            }
        }
    }
}
