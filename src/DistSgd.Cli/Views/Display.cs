using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Cli.Views;

/// <summary>How numbers, paths and alerts are written for a person.</summary>
internal static class Display
{
    /// <summary>A loss, norm or rate: four significant digits, without needless zeros.</summary>
    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    public static string Percent(double fraction) => string.Create(CultureInfo.InvariantCulture, $"{100 * fraction:F2} %");

    public static string Count(double value) => Math.Round(value).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Hours, minutes and seconds; a run may be told to last longer than a <see cref="TimeSpan"/> can.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds))
        {
            return "?";
        }

        (long minutes, long rest) = Math.DivRem((long)seconds, 60);
        (long hours, minutes) = Math.DivRem(minutes, 60);
        return hours > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{hours}:{minutes:00}:{rest:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{minutes}:{rest:00}");
    }

    /// <summary>A path as the user would type it: relative where it lies below the current directory.</summary>
    public static string Path(string fullPath)
    {
        string relative = System.IO.Path.GetRelativePath(Directory.GetCurrentDirectory(), fullPath);
        return relative.StartsWith("..", StringComparison.Ordinal) ? fullPath : relative;
    }

    public static string Alert(Alert alert)
    {
        string advice = alert.Advice is { } text && alert.State == AlertStates.Raised ? $"\n  advice: {text}" : "";
        return $"alert {alert.Rule} {alert.State}: {alert.Message}{advice}";
    }

    public static string Evaluation(Evaluation evaluation)
    {
        string accuracy = evaluation.Accuracy is { } value ? $", accuracy {Percent(value)}" : "";
        return $"{evaluation.Split}: loss {Number(evaluation.Loss)}{accuracy}";
    }

    public static string Step(StepWindow step, long totalSteps)
    {
        string accuracy = step.Accuracy is { } value ? $", accuracy {Percent(value)}" : "";
        return $"step {step.Step}/{totalSteps}: loss {Number(step.LossMean)}{accuracy}, learning rate {Number(step.LearningRate)}, "
            + $"gradient norm {Number(step.GradientNormMean)}, {Count(step.SamplesPerSecond)} samples/s";
    }
}
