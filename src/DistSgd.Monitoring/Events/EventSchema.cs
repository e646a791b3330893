namespace DistSgd.Monitoring.Events;

/// <summary>
/// The schema of the run's log: the one place that says which events there are, how they are spelled and what readers may rely on.
/// </summary>
/// <remarks>
/// <para>The log is newline-delimited compact JSON (CLEF). A line is one object: <c>@t</c> the time (UTC), <c>@mt</c> a message template,
/// <c>@l</c> the level unless it is Information, then the properties. <c>Event</c> is the kind of the event; the other properties
/// are those of the record of that kind in this namespace, under the names they have there. Properties that are null are left out.</para>
/// <para>NaN and the infinities are the JSON strings <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>.</para>
/// <para>Everywhere, <c>Step</c> counts completed steps (a skipped step is completed too), so the first step is 1; <c>Epoch</c> counts
/// from 1; <c>Layer</c> counts from 0 at the input; <c>Shard</c> from 0; losses are means over examples; accuracies are
/// fractions from 0 to 1; durations are seconds.</para>
/// <para>Readers ignore kinds and properties they do not know, so a new one needs no new version. <see cref="Version"/> grows when
/// something that exists changes its meaning.</para>
/// </remarks>
public static class EventSchema
{
    /// <summary>Version of the schema, written in <see cref="RunStarted.SchemaVersion"/>.</summary>
    public const int Version = 1;

    /// <summary>The record of each kind, by the value of the property <c>Event</c>.</summary>
    public static IReadOnlyDictionary<string, Type> Kinds { get; } = new Dictionary<string, Type>
    {
        [RunStarted.Kind] = typeof(RunStarted),
        [RunResumed.Kind] = typeof(RunResumed),
        [StepWindow.Kind] = typeof(StepWindow),
        [LayerWindow.Kind] = typeof(LayerWindow),
        [WorkerWindow.Kind] = typeof(WorkerWindow),
        [NoiseScaleMeasurement.Kind] = typeof(NoiseScaleMeasurement),
        [ActivationMeasurement.Kind] = typeof(ActivationMeasurement),
        [GradientTestMeasurement.Kind] = typeof(GradientTestMeasurement),
        [Evaluation.Kind] = typeof(Evaluation),
        [Membership.Kind] = typeof(Membership),
        [TrainingAction.Kind] = typeof(TrainingAction),
        [Diagnosis.Kind] = typeof(Diagnosis),
        [Alert.Kind] = typeof(Alert),
        [CheckpointWritten.Kind] = typeof(CheckpointWritten),
        [RunFinished.Kind] = typeof(RunFinished),
    };
}
