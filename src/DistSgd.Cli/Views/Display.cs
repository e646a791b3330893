using System.Globalization;
using System.Text;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;

namespace DistSgd.Cli.Views;

/// <summary>How numbers, names, paths and alerts are written for a person.</summary>
internal static class Display
{
    private const int LongestText = 4000;

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

    /// <summary>A word as a shell takes it: in quotes where it has more than plain characters.</summary>
    public static string Argument(string word) => word.All(IsPlain) ? word : $"'{word.Replace("'", @"'\''")}'";

    /// <summary>Text of unknown origin without what would steer a terminal: a control character becomes its code, as in \x1b.</summary>
    public static string Printable(string text)
    {
        var printable = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (printable.Length >= LongestText)
            {
                return printable.Append(" ...").ToString();
            }

            _ = c is '\n' || !Steers(c) ? printable.Append(c) : printable.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}");
        }

        return printable.ToString();
    }

    /// <summary>The name of a part of the data, the same in options, progress and results.</summary>
    public static string Part(DataPart part) => part.ToString().ToLowerInvariant();

    /// <summary>The same names for what the log calls a split.</summary>
    public static string Part(string split) => split == DataSplits.Train ? Part(DataPart.Training) : split;

    public static string Alert(Alert alert) => $"alert {alert.Rule} {alert.State}: {alert.Message}";

    public static string Evaluation(string part, double loss, double? accuracy) => $"{part}: loss {Number(loss)}{Accuracy(accuracy)}";

    public static string Step(StepWindow step, long totalSteps) =>
        $"{Position(step.Step, totalSteps)}: loss {Number(step.LossMean)}{Accuracy(step.Accuracy)}, "
        + $"learning rate {Number(step.LearningRate)}, gradient norm {Number(step.GradientNormMean)}, {Count(step.SamplesPerSecond)} samples/s";

    public static string Position(long step, long totalSteps) => $"step {step}/{totalSteps}";

    public static string Position(long first, long last, long totalSteps) =>
        first == last ? Position(last, totalSteps) : $"steps {first} to {last}/{totalSteps}";

    private static string Accuracy(double? accuracy) => accuracy is { } value ? $", accuracy {Percent(value)}" : "";

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || "-_./+:,@%".Contains(c, StringComparison.Ordinal);

    // Format characters turn the direction of writing or hide text.
    private static bool Steers(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
