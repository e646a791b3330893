using DistSgd.Hosting;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;

namespace DistSgd.Studies.Curvature;

/// <summary>The numbers of an examination as tables.</summary>
internal static class CurvatureTables
{
    /// <summary>Points of the smoothed density.</summary>
    public const int DensityPoints = 600;

    /// <summary>Width of the curve that each eigenvalue is widened to, as a part of the spectrum's range.</summary>
    public const double DensityWidth = 0.004;

    public static IReadOnlyList<StudyTable> Of(SavedRun run, CurvatureProbe probe, int examples, CurvatureSettings settings) =>
    [
        Quantities(run, probe, examples, settings),
        Layers(run.Checkpoint.Layout, probe),
        Nodes(probe.Density),
        Density(probe.Density),
        .. probe.Line is { } line ? [Line(line)] : Array.Empty<StudyTable>(),
        .. probe.Planes.SelectMany((plane, i) => new[] { Plane(plane, i + 1), Path(run, plane, i + 1) }),
    ];

    private static StudyTable Quantities(SavedRun run, CurvatureProbe probe, int examples, CurvatureSettings settings)
    {
        var rows = new List<object?[]>();
        void Add(string quantity, object? value, double? uncertainty, string meaning) => rows.Add([quantity, value, uncertainty, meaning]);
        Add("step", run.Checkpoint.State.Step, null, "completed steps of the run");
        Add("parameters", run.Checkpoint.Layout.ParameterCount, null, "dimensions of the landscape");
        Add("examples", examples, null, "training examples that the loss is the mean of");
        Add("loss", probe.Loss, null, "mean loss at the checkpoint");
        Add("gradient norm", probe.GradientNorm, null, probe.Verdict!.IsCritical ? "a critical point" : "no critical point (above 0.001)");
        foreach ((EigenPair pair, int i) in probe.Eigenvalues.Largest.Select((pair, i) => (pair, i)))
        {
            Add($"eigenvalue {i + 1}", pair.Value, pair.Residual, Convergence(pair, i == 0 ? "largest" : "next", probe));
        }

        foreach (EigenPair pair in probe.Eigenvalues.Smallest)
        {
            Add("smallest eigenvalue", pair.Value, pair.Residual, Convergence(pair, "lowest", probe));
        }

        Add("condition number", probe.Verdict.ConditionNumber, null, CurvatureReading.ConditionNumber(probe.Verdict));
        Add("trace", probe.Trace.Mean, probe.Trace.StandardError, $"{probe.Trace.Samples.Count} random vectors; the uncertainty is one standard error");
        Add("mean eigenvalue", probe.Trace.Mean / run.Checkpoint.Layout.ParameterCount, probe.Trace.StandardError / run.Checkpoint.Layout.ParameterCount, "trace over parameters");
        double band = ZeroBand(probe);
        Add("share negative", probe.Density.ShareBelow(-band), null, $"of the eigenvalues, below {-band:G3}");
        Add("share flat", probe.Density.ShareBelow(band) - probe.Density.ShareBelow(-band), null, $"of the eigenvalues, within {band:G3} of zero");
        Add("sharpness (Keskar)", probe.Sharpness.Keskar, null, $"percent of 1 + loss, box of relative size {settings.Sharpness.BoxSize:G3}");
        Add("sharpness (SAM)", probe.Sharpness.Sam, null, $"rise of the loss on a ball of radius {settings.Sharpness.BallRadius:G3}");
        return new StudyTable("curvature", "Curvature", ["quantity", "value", "uncertainty", "meaning"], rows);
    }

    /// <summary>Eigenvalues within a thousandth of the largest magnitude count as flat in the shares.</summary>
    public static double ZeroBand(CurvatureProbe probe) => Math.Max(
        CurvatureVerdict.FlatEigenvalue, 1e-3 * Math.Max(Math.Abs(probe.Verdict!.Largest), Math.Abs(probe.Verdict.Smallest)));

    private static string Convergence(EigenPair pair, string which, CurvatureProbe probe) => pair.HasConverged
        ? $"{which}; the uncertainty is the residual"
        : $"{which}; NOT CONVERGED after {probe.Eigenvalues.Steps} products, the uncertainty is the residual";

    private static StudyTable Layers(ParameterLayout layout, CurvatureProbe probe)
    {
        double[] top = SliceDirections.LayerShares(layout, probe.Eigenvalues.Largest[0].Vector);
        double[] bottom = SliceDirections.LayerShares(layout, probe.Eigenvalues.Smallest[0].Vector);
        return new StudyTable(
            "layers",
            "Layers, from the input on",
            ["layer", "inputs", "outputs", "gradient_norm", "share_of_largest_eigenvector", "share_of_smallest_eigenvector"],
            [
                .. layout.Layers.Select(layer => (object?[])
                    [layer.Index, layer.Inputs, layer.Outputs, probe.LayerGradientNorms[layer.Index], top[layer.Index], bottom[layer.Index]]),
            ]);
    }

    private static StudyTable Nodes(SpectralDensity density) => new(
        "spectrum_nodes",
        "Nodes of the spectrum's quadrature",
        ["eigenvalue", "weight"],
        [.. density.Nodes.Select(node => (object?[])[node.Eigenvalue, node.Weight])],
        IsPrinted: false);

    private static StudyTable Density(SpectralDensity density)
    {
        (double[] eigenvalues, double[] heights) = density.OnGrid(DensityPoints, DensityWidth);
        return new StudyTable(
            "spectrum_density",
            "Density of the spectrum",
            ["eigenvalue", "density"],
            [.. eigenvalues.Zip(heights, (x, y) => (object?[])[x, y])],
            IsPrinted: false);
    }

    private static StudyTable Line(LossSlice line) => new(
        "line_slice",
        "Loss along a filter-normalised random direction",
        ["coordinate", "loss"],
        [.. line.Axes[0].Zip(line.Losses, (x, loss) => (object?[])[x, loss])],
        IsPrinted: false);

    private static StudyTable Plane(PlaneSlice plane, int number) => new(
        $"plane_{number}_slice",
        $"Loss in the plane of {plane.Name}",
        ["x", "y", "loss"],
        [
            .. plane.Slice.Rows.SelectMany((row, j) => row.Select((loss, i) => (object?[])
                [plane.Slice.Axes[0][i], plane.Slice.Axes[1][j], loss])),
        ],
        IsPrinted: false);

    private static StudyTable Path(SavedRun run, PlaneSlice plane, int number) => new(
        $"plane_{number}_path",
        $"The run's path in the plane of {plane.Name}",
        ["step", "x", "y", "share_of_distance_in_plane"],
        [
            .. run.Path.Zip(plane.Path, (visited, point) => (object?[])[visited.Step, point.X, point.Y, point.InPlane]),
        ],
        IsPrinted: false);
}
