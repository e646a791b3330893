using DistSgd.Monitoring.History;

namespace DistSgd.Cli.Views;

/// <summary>A curve in one line of characters, each as high as the mean of its stretch of steps.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";
    private const string Ascii = "_.-=+*#@";

    /// <summary>Draws a curve.</summary>
    /// <param name="series">The curve.</param>
    /// <param name="width">Number of characters, at least 1.</param>
    /// <param name="unicode">Whether the terminal shows more than ASCII.</param>
    /// <param name="isLogarithmic">Whether equal ratios have equal heights.</param>
    /// <returns>The characters; a stretch without a number is a question mark. Fewer where there are fewer points.</returns>
    public static string Of(ThinnedSeries series, int width, bool unicode, bool isLogarithmic)
    {
        (double[] steps, double[] values) = series.Points();
        int columns = Math.Min(width, values.Length);
        if (columns == 0)
        {
            return "";
        }

        double first = steps[0], span = Math.Max(1, steps[^1] - first);
        double[] sums = new double[columns];
        int[] counts = new int[columns];
        for (int i = 0; i < values.Length; i++)
        {
            double value = isLogarithmic ? Math.Log(values[i]) : values[i];
            if (double.IsFinite(value))
            {
                int column = Math.Min(columns - 1, (int)((steps[i] - first) / span * columns));
                sums[column] += value;
                counts[column]++;
            }
        }

        // A stretch between two windows has no value of its own: it shows the one before it.
        double[] heights = new double[columns];
        for (int c = 0; c < columns; c++)
        {
            heights[c] = counts[c] > 0 ? sums[c] / counts[c] : c > 0 ? heights[c - 1] : double.NaN;
        }

        double[] finite = [.. heights.Where(double.IsFinite)];
        (double low, double high) = finite.Length == 0 ? (0, 0) : (finite.Min(), finite.Max());
        string levels = unicode ? Blocks : Ascii;
        return string.Concat(heights.Select(height => !double.IsFinite(height) ? '?'
            : levels[high > low ? (int)Math.Min(levels.Length - 1, (height - low) / (high - low) * levels.Length) : 0]));
    }
}
