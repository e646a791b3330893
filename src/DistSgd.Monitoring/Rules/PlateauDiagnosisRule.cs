using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>Says what a plateau is, once the workers have measured the curvature there: saddle, minimum or flat, each with its own advice.</summary>
/// <remarks>
/// The first tutorial lowers the learning rate on a plateau, the second raises it at a saddle. Curvature decides: a clearly negative eigenvalue means
/// a saddle, and the second's advice; otherwise the first's.
/// </remarks>
public sealed class PlateauDiagnosisRule : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "plateau_diagnosis";

    /// <summary>Fall of the loss, as a share of it, after which the run has left the plateau.</summary>
    private const double Fall = 0.05;

    private readonly AlertLatch _latch = new();
    private RunSetup _setup = RunSetup.Unknown;
    private double _loss;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        switch (trainingEvent)
        {
            case RunStarted started:
                _setup = RunSetup.Of(started);
                break;
            case Diagnosis diagnosis:
                _loss = diagnosis.Loss;
                if (_latch.Hold(diagnosis.Step))
                {
                    Raise(diagnosis, alerts);
                }

                break;
            case StepWindow window when window.LossMean < (1 - Fall) * _loss:
                _latch.Release(window.Time, window.Step, window.Epoch, alerts);
                break;
        }
    }

    private void Raise(Diagnosis diagnosis, List<Alert> alerts)
    {
        Symptom symptom = diagnosis.Verdict switch
        {
            DiagnosisVerdicts.Saddle => Symptom.SaddlePoint,
            DiagnosisVerdicts.Minimum => Symptom.PlateauAtMinimum,
            _ => Symptom.Plateau,
        };
        string message = string.Create(
            CultureInfo.InvariantCulture,
            $"the loss stands still at a {diagnosis.Verdict}: eigenvalues of the Hessian from {diagnosis.SmallestEigenvalue:G3} to {diagnosis.LargestEigenvalue:G3}, gradient norm {diagnosis.GradientNorm:G3} over {diagnosis.Examples} examples at step {diagnosis.Step}");
        _latch.Raise(
            Name,
            (diagnosis.Time, diagnosis.Step, diagnosis.Epoch),
            (message, diagnosis.SmallestEigenvalue, -diagnosis.Zero),
            Advice.For(symptom, _setup),
            alerts);
    }
}
