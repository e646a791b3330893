namespace DistSgd.Learning.Tests.Optimization.Support;

// A function to minimise, with its gradient in double precision.
internal abstract class TestProblem
{
    public abstract float[] Start { get; }

    public abstract double[] Minimum { get; }

    public abstract void Gradient(ReadOnlySpan<float> x, Span<float> gradient);
}

// Σ ½ aᵢ (xᵢ − bᵢ)² in 20 dimensions with a from 1 to 4.8.
internal sealed class Quadratic : TestProblem
{
    private const int Dimension = 20;

    public override float[] Start => new float[Dimension];

    public override double[] Minimum { get; } = [.. Enumerable.Range(0, Dimension).Select(i => ((i * 7 % 5) - 2) / 2.0)];

    public override void Gradient(ReadOnlySpan<float> x, Span<float> gradient)
    {
        for (int i = 0; i < Dimension; i++)
        {
            gradient[i] = (float)((1 + (0.2 * i)) * (x[i] - Minimum[i]));
        }
    }
}

// Rosenbrock's valley (1 − x)² + 100 (y − x²)² in eight pairs of coordinates, each from the usual start (−1.2, 1); minimum (1, 1).
internal sealed class Rosenbrock : TestProblem
{
    private const int Pairs = 8;

    public override float[] Start => [.. Enumerable.Repeat(new[] { -1.2f, 1f }, Pairs).SelectMany(pair => pair)];

    public override double[] Minimum { get; } = [.. Enumerable.Repeat(1.0, 2 * Pairs)];

    public override void Gradient(ReadOnlySpan<float> x, Span<float> gradient)
    {
        for (int i = 0; i < 2 * Pairs; i += 2)
        {
            double u = x[i], v = x[i + 1];
            gradient[i] = (float)((-2 * (1 - u)) - (400 * u * (v - (u * u))));
            gradient[i + 1] = (float)(200 * (v - (u * u)));
        }
    }
}
