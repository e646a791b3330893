namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>How gradient norms change with depth: the straight line through log‖g_l‖ against the layer l, by least squares.</summary>
/// <param name="Factor">Factor by which the norm shrinks from a layer to the one below it, nearer the input.</param>
/// <param name="RSquared">Fraction of the variance of the logarithms that the line explains.</param>
internal readonly record struct DepthProfile(double Factor, double RSquared)
{
    private const double StraightRSquared = 0.9;

    /// <summary>Whether the norms follow the line closely enough to speak of one factor.</summary>
    public bool IsStraight => RSquared >= StraightRSquared;

    /// <summary>Fits the line.</summary>
    /// <param name="layers">At least two layers.</param>
    /// <returns>The line; null if a norm is zero or not finite.</returns>
    public static DepthProfile? Fit(IReadOnlyList<AggregatedLayer> layers)
    {
        double meanDepth = (layers.Count - 1) / 2.0;
        double meanLog = layers.Average(layer => Math.Log(layer.NormMean));
        if (!double.IsFinite(meanLog))
        {
            return null;
        }

        double depthSquares = 0;
        double logSquares = 0;
        double products = 0;
        for (int l = 0; l < layers.Count; l++)
        {
            double depth = l - meanDepth;
            double log = Math.Log(layers[l].NormMean) - meanLog;
            depthSquares += depth * depth;
            logSquares += log * log;
            products += depth * log;
        }

        double slope = products / depthSquares;
        return new DepthProfile(Math.Exp(slope), logSquares == 0 ? 1 : slope * products / logSquares);
    }
}
