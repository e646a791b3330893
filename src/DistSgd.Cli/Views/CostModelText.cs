using System.Globalization;
using DistSgd.Simulation.Scale;

namespace DistSgd.Cli.Views;

/// <summary>A cost model, and how well it says what was measured.</summary>
internal static class CostModelText
{
    private static readonly string[] Columns = ["workers", "batch", "measured µs", "predicted µs", "error", "took part in the fit"];
    private static readonly bool[] IsNumber = [true, true, true, true, true, false];

    /// <summary>The text.</summary>
    /// <param name="model">The model.</param>
    /// <param name="checks">What was measured and is predicted.</param>
    /// <param name="path">Its file.</param>
    /// <returns>The lines, without a final line end.</returns>
    public static string Of(CostModel model, IReadOnlyList<ModelCheck> checks, string path)
    {
        string[][] rows = [.. checks.Select(check => new[]
        {
            Whole(check.Workers),
            Whole(check.Batch),
            Microseconds(check.MeasuredSeconds),
            Microseconds(check.PredictedSeconds),
            string.Create(CultureInfo.InvariantCulture, $"{100 * check.Error:+0.0;-0.0} %"),
            check.IsFitted ? "yes" : "no",
        })];
        return string.Join('\n', [
            .. Costs(model),
            "",
            .. new TextTable(Columns, rows, IsNumber).Lines(null),
            "",
            $"model       {path}; next: distsgd simulate --workers 1024 --model {Display.Argument(path)}",
        ]);
    }

    /// <summary>The costs, a line for the worker, the server, waking up and the network.</summary>
    /// <param name="model">The model.</param>
    public static IEnumerable<string> Costs(CostModel model)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"machine     {Display.Printable(model.Processor)}, {model.Cores} cores; {Display.Printable(model.Run)}, parameters of {Display.Count(model.MessageBytes)} bytes");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"worker      {Microseconds(model.Worker.FixedSeconds)} µs and {1e6 * model.Worker.PerExampleSeconds:F2} µs an example; receiving {Microseconds(model.Worker.ReceiveSeconds)} µs, sending {Microseconds(model.Worker.SendSeconds)} µs");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"server      update {Microseconds(model.Server.UpdateSeconds)} µs; for each worker sum {Microseconds(model.Server.SumSeconds)} µs, receiving {Microseconds(model.Server.ReceiveSeconds)} µs, sending {Microseconds(model.Server.SendSeconds)} µs");
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"waking up   {Microseconds(model.WakeUpSeconds)} µs");
    }

    /// <summary>Seconds as whole microseconds.</summary>
    public static string Microseconds(double seconds) => Math.Round(1e6 * seconds).ToString("F0", CultureInfo.InvariantCulture);

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
}
