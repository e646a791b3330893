using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Learning.Tests.Support;
using DistSgd.Numerics.Memory;
using MathNet.Numerics.LinearAlgebra;

namespace DistSgd.Learning.Tests.Curvature;

/// <summary>A net small enough for its whole Hessian, after a few steps of training or none, with MathNet's eigenvalues as the oracle.</summary>
internal sealed class SmallNet
{
    private SmallNet(TrainingTask task, AlignedVector parameters)
    {
        Task = task;
        Layout = task.Architecture.CreateLayout();
        Parameters = parameters;
        Curvature = new LocalCurvature(task.Architecture, task.Data);
    }

    public TrainingTask Task { get; }

    public ParameterLayout Layout { get; }

    public AlignedVector Parameters { get; }

    public LocalCurvature Curvature { get; }

    /// <summary>Five features, three classes, 6·4 + 5·5 + 6·3 = 75 or so parameters.</summary>
    public static SmallNet Trained(long steps, Activation activation = Activation.Tanh, int shards = 4)
    {
        TrainingData data = SmallRuns.Blobs(examples: 300, shards, noise: 0.8);
        TrainingTask task = SmallRuns.Momentum(data, SmallRuns.Model(data, activation, LossKind.CrossEntropy, 6, 5), batch: 50, steps);
        return new SmallNet(task, ReferenceTrainer.Train(task));
    }

    /// <summary>One hidden layer whose weights and biases are all zero.</summary>
    public static SmallNet Zero(Activation activation)
    {
        TrainingData data = SmallRuns.Blobs(examples: 300, shards: 4, noise: 0.8);
        TrainingTask task = SmallRuns.Momentum(data, SmallRuns.Model(data, activation, LossKind.CrossEntropy, 6), batch: 50, steps: 0);
        return new SmallNet(task, new AlignedVector(task.Architecture.CreateLayout().Length));
    }

    public Matrix<double> Hessian() => Matrix<double>.Build.DenseOfArray(DenseHessian.Compute(Curvature, Layout, Parameters));

    /// <summary>Ascending.</summary>
    public double[] Eigenvalues() => [.. Hessian().Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];

    public T Run<T>(T method, Func<T, IEnumerable<CurvatureRequest>> requests)
    {
        Curvature.Run(requests(method));
        return method;
    }
}
