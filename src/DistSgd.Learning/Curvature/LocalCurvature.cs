using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Curvature;

/// <summary>Answers requests in this process on this thread, shard by shard: the oracle of the actors, which give its exact bits.</summary>
public sealed class LocalCurvature
{
    private readonly ShardCurvature _shards;
    private readonly CurvatureAssembly _assembly;

    /// <summary>Allocates the passes.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="examples">Number of training examples that take part; null for all.</param>
    public LocalCurvature(MlpArchitecture architecture, TrainingData data, int? examples = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        int count = examples ?? data.Split.TrainingCount;
        _shards = new ShardCurvature(architecture, data, count);
        _shards.Assign([.. Enumerable.Range(0, data.Shards)]);
        _assembly = new CurvatureAssembly(data.Shards, count);
    }

    /// <summary>Runs a method to its end.</summary>
    /// <param name="requests">The requests that it hands out.</param>
    public void Run(IEnumerable<CurvatureRequest> requests)
    {
        ArgumentNullException.ThrowIfNull(requests);
        foreach (CurvatureRequest request in requests)
        {
            Answer(request);
        }
    }

    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    public void Answer(CurvatureRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        _assembly.Clear();
        _assembly.Add(_shards.Compute(request));
        _assembly.Answer(request);
    }

    /// <summary>Mean loss and gradient.</summary>
    /// <param name="parameters">The point.</param>
    /// <param name="gradient">Receives the gradient.</param>
    /// <returns>The loss.</returns>
    public double Gradient(AlignedVector parameters, AlignedVector gradient)
    {
        var request = new GradientRequest(parameters, gradient);
        Answer(request);
        return request.Loss;
    }

    /// <summary>Product of the Hessian of the mean loss with a vector.</summary>
    /// <param name="parameters">The point.</param>
    /// <param name="direction">The vector.</param>
    /// <param name="product">Receives the product.</param>
    public void Multiply(AlignedVector parameters, AlignedVector direction, AlignedVector product) =>
        Answer(new HessianProductRequest(parameters, direction, product));
}
