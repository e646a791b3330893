namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>An optimizer on a landscape; it has the state of one run.</summary>
internal interface IDescentMethod
{
    /// <summary>What it did beyond its plain rule.</summary>
    IReadOnlyList<string> Notes => [];

    /// <summary>Takes a step.</summary>
    /// <param name="point">Where the run is.</param>
    /// <param name="gradient">The gradient there, noise included.</param>
    /// <param name="step">Index of the step, 0 for the first.</param>
    /// <returns>The next point, a new array, finite or not; null if no lower point was found.</returns>
    double[]? Next(double[] point, double[] gradient, int step);
}
