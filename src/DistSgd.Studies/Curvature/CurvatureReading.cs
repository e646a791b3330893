using System.Runtime.CompilerServices;
using DistSgd.Hosting;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;

namespace DistSgd.Studies.Curvature;

/// <summary>What the numbers of an examination say, in plain words made from them.</summary>
internal static class CurvatureReading
{
    /// <summary>The verdict: what kind of point it is, how sure, and along which layers it falls.</summary>
    public static string Verdict(ParameterLayout layout, CurvatureProbe probe)
    {
        CurvatureVerdict verdict = probe.Verdict!;
        EigenPair smallest = probe.Eigenvalues.Smallest[0];
        string found = verdict.Kind switch
        {
            PointKind.Saddle => Text(
                $"the loss curves up by {verdict.Largest:G3} at most and down by {-verdict.Smallest:G3}, "
                + $"{-verdict.Smallest / verdict.Largest:P1} of that; {Falls(layout, smallest)}"),
            PointKind.Minimum when verdict.HasFlatDirections => Text(
                $"the loss curves up by {verdict.Largest:G3} at most, and nowhere noticeably down (beyond {verdict.Zero:G2})"),
            PointKind.Minimum => Text($"every direction curves up, by {verdict.Smallest:G3} at least and {verdict.Largest:G3} at most"),
            PointKind.Maximum => Text($"no direction curves up noticeably; the loss curves down by {-verdict.Smallest:G3} at most"),
            PointKind.Flat => Text($"no eigenvalue is larger than {CurvatureVerdict.FlatEigenvalue:G1} in magnitude"),
            _ => Text(
                $"the lowest eigenvalue found is {smallest.Value:G3}, but {probe.Eigenvalues.Steps} products do not rule out a lower one; more would (--max-steps)"),
        };
        string critical = verdict.IsCritical
            ? Text($"The gradient's norm, {verdict.GradientNorm:G3}, makes it a critical point.")
            : Text($"With a gradient of norm {verdict.GradientNorm:G3} it is no critical point (0.001): this is how the loss curves around it.");
        return $"Verdict: {Name(verdict)}: {found}. {critical}";
    }

    // Only where the gradient vanishes is a point one of the landscape's own.
    private static string Name(CurvatureVerdict verdict)
    {
        string like = verdict.IsCritical ? "" : "-like";
        return verdict.Kind switch
        {
            PointKind.Saddle => $"saddle{like}",
            PointKind.Minimum => $"minimum{like}{(verdict.HasFlatDirections ? " with flat directions" : "")}",
            PointKind.Maximum => $"maximum{like}",
            PointKind.Flat => "flat",
            _ => "uncertain",
        };
    }

    /// <summary>Says what a condition number means here, or why there is none.</summary>
    public static string ConditionNumber(CurvatureVerdict verdict) =>
        verdict.ConditionNumber is not null ? "largest over smallest eigenvalue"
        : verdict.Kind == PointKind.Minimum ? Text($"none: the smallest eigenvalue is zero within rounding; at least {verdict.Largest / verdict.Zero:G3}")
        : "none: the Hessian is not positive definite";

    public static string Sharpness(CurvatureProbe probe) => Text(
        $"Over a small box the loss rises by {probe.Sharpness.Keskar:G3} % of 1 + loss (Keskar), on the ball along the gradient by {probe.Sharpness.Sam:G3} (SAM).");

    public static string Spectrum(ParameterLayout layout, CurvatureProbe probe)
    {
        double band = CurvatureTables.ZeroBand(probe);
        double negative = probe.Density.ShareBelow(-band);
        double flat = probe.Density.ShareBelow(band) - negative;
        string convergence = probe.Eigenvalues.HasConverged
            ? Text($"The extreme eigenvalues took {probe.Eigenvalues.Steps} Hessian-vector products.")
            : Text(
                $"Not all extreme eigenvalues have converged after {probe.Eigenvalues.Steps} products: their residuals stand in the table, and a true "
                + $"eigenvalue is no farther away than that.");
        return Text(
            $"Of {layout.ParameterCount} directions about {flat:P1} are flat (within {band:G2} of zero), {1 - negative - flat:P1} curve up and "
            + $"{negative:P1} curve down. The trace is {probe.Trace.Mean:G4} ± {probe.Trace.StandardError:G2}{PartOfTrace(probe)}. {convergence}");
    }

    // A part of a trace that is not clearly above the eigenvalue says nothing.
    private static string PartOfTrace(CurvatureProbe probe)
    {
        double largest = probe.Verdict!.Largest, trace = probe.Trace.Mean;
        return trace > 3 * probe.Trace.StandardError && largest > 0 && largest <= trace
            ? Text($", so the largest eigenvalue alone makes {largest / trace:P0} of it")
            : "";
    }

    public static string Line(LossSlice line)
    {
        double here = line.Losses[line.Losses.Count / 2], lowest = line.Losses.Min();
        string middle = lowest < here ? Text($"A lower loss, {lowest:G3}, lies along it.") : "No point along it is lower.";
        return Text($"From {here:G3} at the checkpoint the loss goes to {line.Losses[0]:G3} and {line.Losses[^1]:G3} at the ends. {middle}");
    }

    public static string Plane(SavedRun run, PlaneSlice plane)
    {
        string seen = plane.Path.Count < 2
            ? "The run has one checkpoint only, so no path is drawn."
            : Text(
                $"The path joins {plane.Path.Count} checkpoints, steps {run.Path[0].Step} to {run.Path[^1].Step}. {Shown(run, plane)}");
        return Text($"In this plane the loss lies between {plane.Slice.Losses.Min():G3} and {plane.Slice.Losses.Max():G3}. {seen}");
    }

    private static string Shown(SavedRun run, PlaneSlice plane)
    {
        int i = run.Path[0].Step == run.Checkpoint.State.Step ? run.Path.Count - 1 : 0;
        string rest = plane.Path[i].InPlane < 0.5 ? "; its height there is that of its projection, not its own" : "";
        return Text($"Of the distance to step {run.Path[i].Step} the plane shows {plane.Path[i].InPlane:P0}{rest}.");
    }

    private static string Falls(ParameterLayout layout, EigenPair smallest)
    {
        double[] shares = SliceDirections.LayerShares(layout, smallest.Vector);
        IEnumerable<string> largest = shares
            .Select((share, layer) => (share, layer))
            .Where(part => part.share >= 0.05)
            .OrderByDescending(part => part.share)
            .Select(part => Text($"layer {part.layer} ({part.share:P0})"));
        return $"it falls along {string.Join(", ", largest)}";
    }

    // Numbers are written invariantly: the product runs without cultures.
    private static string Text(ref DefaultInterpolatedStringHandler text) => text.ToStringAndClear();
}
