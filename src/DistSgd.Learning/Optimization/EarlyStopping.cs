using System.Text.Json.Serialization;

namespace DistSgd.Learning.Optimization;

/// <summary>Ends training when the validation loss has not improved for a number of evaluations in a row (Prechelt 1998).</summary>
public sealed class EarlyStopping
{
    private readonly int _patience;
    private readonly double _minDelta;

    /// <summary>Starts watching, with no evaluation seen.</summary>
    /// <param name="patience">Evaluations in a row without improvement that end training, at least 1.</param>
    /// <param name="minDelta">The loss must fall below the best by more than this to count as an improvement, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public EarlyStopping(int patience, double minDelta = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minDelta);
        _patience = patience;
        _minDelta = minDelta;
    }

    /// <summary>What a checkpoint must hold; setting it continues an earlier run.</summary>
    public EarlyStoppingState State { get; set; } = EarlyStoppingState.Initial;

    /// <summary>Whether training should stop; follows from <see cref="State"/>, so a resumed run knows it at once.</summary>
    public bool ShouldStop => State.EvaluationsSinceBest >= _patience;

    /// <summary>Takes note of an evaluation.</summary>
    /// <param name="validationLoss">The validation loss; NaN is never an improvement.</param>
    /// <returns>Whether training should stop.</returns>
    public bool Observe(double validationLoss)
    {
        State = validationLoss < State.Best - _minDelta
            ? new EarlyStoppingState(validationLoss, 0)
            : State with { EvaluationsSinceBest = State.EvaluationsSinceBest + 1 };
        return ShouldStop;
    }
}

/// <summary>The memory of <see cref="EarlyStopping"/>, plain data for checkpoints; infinity is written to JSON as a string.</summary>
/// <param name="Best">Lowest validation loss that counted as an improvement; +∞ before the first.</param>
/// <param name="EvaluationsSinceBest">Evaluations since then.</param>
public sealed record EarlyStoppingState(
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)] double Best,
    int EvaluationsSinceBest)
{
    /// <summary>The state before the first evaluation.</summary>
    public static EarlyStoppingState Initial { get; } = new(double.PositiveInfinity, 0);
}
