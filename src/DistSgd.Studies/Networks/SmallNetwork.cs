using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Numerics.Memory;

namespace DistSgd.Studies.Networks;

/// <summary>A classifier of generated data, small enough to be studied in seconds, computed by the code that trains every other model.</summary>
/// <param name="data">The data, in one shard.</param>
/// <param name="hidden">Widths of the hidden layers.</param>
/// <param name="activation">Activation of the hidden layers.</param>
/// <param name="initialization">Distribution of the initial weights.</param>
internal sealed class SmallNetwork(TrainingData data, int[] hidden, Activation activation, Initialization initialization)
{
    private const int PointsOfCurve = 40;

    private readonly (Examples Set, int[] Indices) _training = data.Part(DataPart.Training);

    /// <summary>The model.</summary>
    public MlpArchitecture Architecture { get; } = new(
        data.Dataset.Train.Width, hidden, data.Dataset.Classes, activation, LossKind.CrossEntropy, data.Dataset.Classes);

    /// <summary>Where the parameters lie.</summary>
    public ParameterLayout Layout => Architecture.CreateLayout();

    /// <summary>Makes generated data ready, in one shard and with features of mean 0 and variance 1.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="seed">The seed of the study.</param>
    /// <returns>The data.</returns>
    public static TrainingData Prepare(Dataset dataset, ulong seed)
    {
        DataSplit split = DataSplit.Create(dataset.Train.Count, validation: 0, shards: 1, seed, ShardingKind.Iid, dataset.Train.Labels);
        return new TrainingData(dataset, split, FeatureScaler.Fit(FeatureScaling.Standard, dataset.Train, split.Shards[0]), seed);
    }

    /// <summary>The initial parameters of a training run.</summary>
    /// <returns>New parameters.</returns>
    public AlignedVector Initial()
    {
        var parameters = new AlignedVector(Layout.Length);
        ParameterInitializer.Fill(Layout, initialization, data.Seed, parameters.Span);
        return parameters;
    }

    /// <summary>Norms of the mean gradient over the first batch of training.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="batch">Examples of the batch; null for all.</param>
    /// <returns>The norms.</returns>
    public GradientMeasurement GradientNorms(AlignedVector parameters, int? batch = null)
    {
        StepRange range = data.PlanBatches(batch ?? data.Count(DataPart.Training)).RangeOf(0);
        var slices = new SliceGradients(Architecture, data);
        slices.Assign([0]);
        slices.Compute(parameters, range);
        var tree = new GradientTree(shards: 1);
        tree.Add(0, slices.Partials[0].Sum ?? throw new InvalidOperationException("The gradient is not finite."));
        var norms = new GradientMeasurement(Layout);
        norms.SumAndMeasure(tree, range.Count);
        return norms;
    }

    /// <summary>Trains with heavy-ball momentum.</summary>
    /// <param name="recipe">Batch, steps, learning rate and momentum.</param>
    /// <param name="inspect">Sees the parameters before every step; may be null.</param>
    /// <returns>The final parameters.</returns>
    public AlignedVector Train(TrainingRecipe recipe, Action<long, AlignedVector>? inspect = null) => ReferenceTrainer.Train(
        new TrainingTask
        {
            Data = data,
            Architecture = Architecture,
            Initialization = initialization,
            Seed = data.Seed,
            Batches = data.PlanBatches(recipe.Batch),
            TotalSteps = recipe.Steps,
            Optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, UseMomentum = recipe.Momentum > 0, Seed = data.Seed },
            LearningRate = new ConstantSchedule(recipe.LearningRate),
            Momentum = new ConstantSchedule(recipe.Momentum),
        },
        inspect: inspect);

    /// <summary>Trains and notes the loss over all examples on the way.</summary>
    /// <param name="recipe">Batch, steps, learning rate and momentum.</param>
    /// <returns>The end, and the way there.</returns>
    public TrainedNet TrainAndWatch(TrainingRecipe recipe)
    {
        int every = Math.Max(1, recipe.Steps / PointsOfCurve);
        var steps = new List<double>();
        var losses = new List<double>();
        AlignedVector trained = Train(recipe, (step, parameters) =>
        {
            if (step % every == 0)
            {
                steps.Add(step);
                losses.Add(Evaluate(parameters).Loss);
            }
        });
        EvaluationResult end = Evaluate(trained);
        return new TrainedNet(trained, end, [.. steps, recipe.Steps], [.. losses, end.Loss]);
    }

    /// <summary>Loss and accuracy on all training examples.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <returns>Mean loss and accuracy.</returns>
    public EvaluationResult Evaluate(AlignedVector parameters) =>
        new BlockEvaluator(Architecture, data.Scaler).EvaluateAll(parameters, _training.Set, _training.Indices);
}

/// <summary>A net after training.</summary>
/// <param name="Parameters">Its parameters.</param>
/// <param name="End">Its loss and accuracy.</param>
/// <param name="Steps">Steps at which the loss was measured, the last one included.</param>
/// <param name="Losses">The losses there.</param>
internal sealed record TrainedNet(AlignedVector Parameters, EvaluationResult End, IReadOnlyList<double> Steps, IReadOnlyList<double> Losses);

/// <summary>How a small network is trained.</summary>
/// <param name="Batch">Examples of a step.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="LearningRate">Learning rate η.</param>
/// <param name="Momentum">Momentum β.</param>
internal sealed record TrainingRecipe(int Batch, int Steps, double LearningRate, double Momentum)
{
    /// <summary>The recipe with what the user set in place of its own.</summary>
    /// <param name="settings">The settings.</param>
    /// <returns>The recipe that holds.</returns>
    public TrainingRecipe With(StudySettings settings) => this with
    {
        Steps = settings.Steps ?? Steps,
        LearningRate = settings.LearningRate ?? LearningRate,
        Momentum = settings.Momentum ?? Momentum,
    };
}
