namespace DistSgd.Simulation.Scale;

/// <summary>What a model predicts beside what was measured.</summary>
/// <param name="Workers">Number of worker processes.</param>
/// <param name="Batch">Examples of a step, over all workers.</param>
/// <param name="MeasuredSeconds">Measured time of a step, in seconds.</param>
/// <param name="PredictedSeconds">Predicted time of a step, in seconds.</param>
/// <param name="IsFitted">Whether the measurement took part in the fit.</param>
public sealed record ModelCheck(int Workers, int Batch, double MeasuredSeconds, double PredictedSeconds, bool IsFitted)
{
    /// <summary>The prediction's relative error.</summary>
    public double Error => (PredictedSeconds / MeasuredSeconds) - 1;

    /// <summary>Predicts a measurement.</summary>
    /// <param name="model">The model.</param>
    /// <param name="measurement">The measurement.</param>
    /// <returns>Both.</returns>
    public static ModelCheck Of(CostModel model, CostMeasurement measurement)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(measurement);
        return new ModelCheck(
            measurement.Workers,
            measurement.Batch,
            measurement.StepSeconds,
            CostFit.StepSeconds(model, measurement.Workers, measurement.Batch),
            model.Measurements.Contains(measurement));
    }
}
