using DistSgd.Learning.Models;
using DistSgd.Numerics.Eigen;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>The largest and smallest eigenvalues of the Hessian with their vectors, by Lanczos's process.</summary>
/// <remarks>
/// One run of the process sees one vector of a multiple eigenvalue only. A net with no more parameters than steps are allowed is looked at
/// whole, with restarts beside what is exhausted, so multiplicities are counted there; on a larger one an eigenvalue may stand for several.
/// </remarks>
/// <param name="layout">Layout of the parameters.</param>
/// <param name="parameters">Where the Hessian is taken.</param>
/// <param name="settings">How many, how exactly, in how many steps.</param>
public sealed class ExtremeEigenvalues(ParameterLayout layout, AlignedVector parameters, ExtremeSettings settings)
{
    /// <summary>Steps up to which convergence is looked for after each; later, after each sixteenth part of the steps taken.</summary>
    private const int CloselyWatchedSteps = 32;

    /// <summary>The largest eigenvalues, descending; fewer than asked for where the space is smaller.</summary>
    public IReadOnlyList<EigenPair> Largest { get; private set; } = [];

    /// <summary>The smallest eigenvalues, ascending; in a space of few dimensions some of them are among the largest too.</summary>
    public IReadOnlyList<EigenPair> Smallest { get; private set; } = [];

    /// <summary>Number of Hessian-vector products.</summary>
    public int Steps { get; private set; }

    /// <summary>False if a product was not finite: there is no eigenvalue then.</summary>
    public bool IsFinite { get; private set; }

    /// <summary>True if every eigenvalue has the tolerance that was asked for.</summary>
    public bool HasConverged => IsFinite && Largest.Concat(Smallest).All(pair => pair.HasConverged);

    /// <summary>Runs to convergence, or to the limit of steps.</summary>
    /// <returns>The products that it needs.</returns>
    public IEnumerable<CurvatureRequest> Requests()
    {
        var process = new LanczosProcess(parameters, FlatVectors.Normal(layout, settings.Seed, sample: 0));
        int limit = Math.Min(settings.MaxSteps, layout.ParameterCount);
        bool whole = layout.ParameterCount <= settings.MaxSteps;
        int blocks = 1;
        bool done = false;
        while (!done && process.Steps < limit)
        {
            foreach (CurvatureRequest request in process.Step())
            {
                yield return request;
            }

            // Further blocks run to their end: what they find may be a second vector of any eigenvalue.
            done = !whole && blocks == 1 && IsWatched(process.Steps) && process.IsFinite && HaveConverged(process);
            if (!done && process.IsExhausted)
            {
                done = (!whole && blocks >= settings.Largest + settings.Smallest)
                    || !process.Restart(FlatVectors.Normal(layout, settings.Seed, sample: blocks));
                blocks++;
            }
        }

        Steps = process.Steps;
        IsFinite = process.IsFinite && process.Steps > 0;
        if (IsFinite)
        {
            EigenDecomposition ritz = process.Ritz();
            int largest = Math.Min(settings.Largest, process.Steps);
            int smallest = Math.Min(settings.Smallest, process.Steps);
            Largest = [.. Enumerable.Range(0, largest).Select(i => Pair(process, ritz, process.Steps - 1 - i))];
            Smallest = [.. Enumerable.Range(0, smallest).Select(i => Pair(process, ritz, i))];
        }
    }

    private bool HaveConverged(LanczosProcess process)
    {
        if (process.Steps < settings.Largest + settings.Smallest)
        {
            return false;
        }

        EigenDecomposition ritz = process.Ritz();
        IEnumerable<int> wanted = Enumerable.Range(0, settings.Smallest)
            .Concat(Enumerable.Range(process.Steps - settings.Largest, settings.Largest));
        return wanted.All(index => IsExact(process, ritz, index));
    }

    private static bool IsWatched(int steps) => steps <= CloselyWatchedSteps || steps % (steps / 16) == 0;

    // An eigenvalue next to zero cannot be known to a part of itself: it has to be known to a part of what counts as zero.
    private bool IsExact(LanczosProcess process, EigenDecomposition ritz, int index)
    {
        double scale = Math.Max(Math.Abs(ritz.Values[0]), Math.Abs(ritz.Values[^1]));
        double allowed = settings.Tolerance * Math.Max(Math.Abs(ritz.Values[index]), CurvatureVerdict.RelativeZero * scale);
        return process.Residual(ritz, index) <= Math.Max(allowed, process.ResidualFloor);
    }

    private EigenPair Pair(LanczosProcess process, EigenDecomposition ritz, int index) =>
        new(ritz.Values[index], process.Residual(ritz, index), IsExact(process, ritz, index), process.RitzVector(ritz, index));
}

/// <summary>What <see cref="ExtremeEigenvalues"/> looks for.</summary>
/// <param name="Largest">Number of largest eigenvalues.</param>
/// <param name="Smallest">Number of smallest eigenvalues.</param>
/// <param name="Tolerance">Largest residual, as a part of the eigenvalue's magnitude.</param>
/// <param name="MaxSteps">Largest number of products.</param>
/// <param name="Seed">Seed of the start vector.</param>
public sealed record ExtremeSettings(int Largest = 1, int Smallest = 1, double Tolerance = 1e-3, int MaxSteps = 100, ulong Seed = 0);

/// <summary>An eigenvalue and its vector, as far as they are known.</summary>
/// <param name="Value">The eigenvalue.</param>
/// <param name="Residual">Norm of Hv − λv: a true eigenvalue is no farther away than this.</param>
/// <param name="HasConverged">Whether the residual is within the tolerance.</param>
/// <param name="Vector">The eigenvector, of norm 1.</param>
public sealed record EigenPair(double Value, double Residual, bool HasConverged, AlignedVector Vector);
