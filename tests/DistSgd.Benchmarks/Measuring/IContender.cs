namespace DistSgd.Benchmarks.Measuring;

/// <summary>Something that does the work that is compared.</summary>
internal interface IContender : IDisposable
{
    /// <summary>Its name in the table.</summary>
    string Name { get; }

    /// <summary>Does some of the work.</summary>
    /// <param name="steps">How much.</param>
    /// <returns>The seconds it took.</returns>
    double Run(int steps);
}
