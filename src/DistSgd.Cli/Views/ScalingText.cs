using System.Globalization;
using DistSgd.Simulation.Scale;

namespace DistSgd.Cli.Views;

/// <summary>A predicted scaling curve, as a person reads it.</summary>
internal static class ScalingText
{
    /// <summary>The text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="curve">The curve.</param>
    /// <returns>The lines, without a final line end.</returns>
    public static string Of(CostModel model, ScalingCurve curve) => string.Join('\n', [
        .. CostModelText.Costs(model),
        Line($"network     {CostModelText.Microseconds(model.Network.LatencySeconds)} µs, {Display.Count(model.Network.BytesPerSecond)} bytes/s (assumed: change it in the file)"),
        "predicted   a machine for the server and one for each worker, none of them slower than another",
        "",
        Line($"A batch of {curve.Batch}, shared by all workers:"),
        .. Shared(curve),
        "",
        Line($"A batch of {curve.Batch} for each worker; samples/s of one server, with groups that have an aggregator each, and with the parameters split over servers:"),
        .. Growing(curve),
        "",
        Fastest(curve),
        Saturation(curve),
        Alternatives(curve),
        Bounds(curve.Points[^1]),
    ]);

    private static IEnumerable<string> Shared(ScalingCurve curve)
    {
        string[][] rows = [.. curve.Points.Where(point => point.Fixed is not null).Select(point => new[]
        {
            Whole(point.Workers), CostModelText.Microseconds(point.Fixed!.Seconds), Display.Count(curve.Batch / point.Fixed.Seconds),
        })];
        return new TextTable(["workers", "step µs", "samples/s"], rows, [true, true, true]).Lines(null);
    }

    private static IEnumerable<string> Growing(ScalingCurve curve)
    {
        string[] columns =
        [
            "workers", "step µs", "one server", "groups", "in groups", .. ScalingCurve.ServerCounts.Select(servers => $"{servers} servers"), "messages", "most waiting",
        ];
        string[][] rows = [.. curve.Points.Select(point =>
        {
            long all = (long)curve.Batch * point.Workers;
            return (string[])[
                Whole(point.Workers),
                CostModelText.Microseconds(point.Growing.Seconds),
                Display.Count(all / point.Growing.Seconds),
                point.Groups > 0 ? Whole(point.Groups) : "-",
                point.TwoLevelSeconds is { } seconds ? Display.Count(all / seconds) : "-",
                .. ScalingCurve.ServerCounts.Select(servers => Display.Count(all / point.ShardedSeconds[servers])),
                point.Growing.Messages.ToString("F0", CultureInfo.InvariantCulture),
                Whole(point.Growing.MostAtServer),
            ];
        })];
        return new TextTable(columns, rows, [.. columns.Select(_ => true)]).Lines(null);
    }

    private static string Fastest(ScalingCurve curve)
    {
        ScalingPoint fastest = curve.Points.Where(point => point.Fixed is not null).MinBy(point => point.Fixed!.Seconds)!;
        return Line($"shared      fastest with {fastest.Workers} of these numbers of workers: {CostModelText.Microseconds(fastest.Fixed!.Seconds)} µs a step");
    }

    private static string Saturation(ScalingCurve curve) => (curve.SaturatesAt, curve.MostExamplesPerSecond) switch
    {
        ({ } count, { } rate) => Line($"growing     the server is saturated at {count} workers: {100 * ScalingCurve.SaturatedShare:F0} % of the {Display.Count(rate)} samples/s that it never exceeds"),
        (null, { } rate) => Line($"growing     the server is not saturated; it never exceeds {Display.Count(rate)} samples/s"),
        _ => "growing     the server takes whatever comes",
    };

    private static string Alternatives(ScalingCurve curve)
    {
        ScalingPoint last = curve.Points[^1];
        string Gain(double seconds) => Line($"{last.Growing.Seconds / seconds:F1} times");
        string levels = last.TwoLevelSeconds is { } two ? Line($"{last.Groups} aggregators {Gain(two)}, ") : "";
        string servers = string.Join(", ", ScalingCurve.ServerCounts.Select(count => $"{count} servers {Gain(last.ShardedSeconds[count])}"));
        return Line($"instead     at {last.Workers} workers {levels}{servers} the rate of one server");
    }

    private static string Bounds(ScalingPoint last) => Line(
        $"queues      at {last.Workers} workers {last.Growing.Messages:F0} messages a step, {last.Growing.Messages / last.Workers:F0} a worker; at most {last.Growing.MostAtServer} things waited at the server, {last.Growing.MostAtWorker} at a worker, {last.Growing.MostOnAgenda} were under way");

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
