namespace DistSgd.Numerics.Random;

/// <summary>What a random stream is for. The numbers are part of every run's bits: never renumber, only add.</summary>
public enum StreamPurpose
{
    /// <summary>Initial parameters; coordinate: layer.</summary>
    Initialization = 1,

    /// <summary>The one shuffle of the data set before it is split and sharded.</summary>
    DataShuffle = 2,

    /// <summary>Order of the examples of a shard; coordinates: epoch, shard.</summary>
    EpochPermutation = 3,

    /// <summary>Noise added to the gradient; coordinate: step.</summary>
    GradientNoise = 4,

    /// <summary>Generated data sets; coordinate: chosen by the generator.</summary>
    DataGenerator = 5,

    /// <summary>Random vectors of the curvature estimators; coordinates: estimator, sample.</summary>
    CurvatureProbe = 6,

    /// <summary>Starts and noise on analytic landscapes; coordinates: experiment, sample.</summary>
    Landscape = 7,

    /// <summary>What happens in the simulator; coordinate: what is drawn.</summary>
    Simulation = 8,

    /// <summary>Random sign of an example in a noise estimator; coordinate: example.</summary>
    ExampleSign = 9,

    /// <summary>Resampling of trials (bootstrap) and draws of batches in studies; coordinate: what is drawn.</summary>
    Study = 10,

    /// <summary>Tests and property checks.</summary>
    Test = 100,
}
