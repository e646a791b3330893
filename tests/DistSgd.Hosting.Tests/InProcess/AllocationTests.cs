using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Optimization;
using DistSgd.Learning.Optimization.Schedules;
using DistSgd.Monitoring.Rules;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Hosting.Tests.InProcess;

/// <summary>A step allocates nothing in steady state, in the actors, the loop and the threads alike.</summary>
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    private const long FirstStep = 300;
    private const long WindowSteps = 100;

    [Theory]
    [InlineData(1, OptimizerKind.Sgd)]
    [InlineData(2, OptimizerKind.Sgd)]
    [InlineData(4, OptimizerKind.Adam)]
    public void A_step_allocates_nothing(int workers, OptimizerKind kind)
    {
        // No event, evaluation or checkpoint falls between the two readings; epochs change many times.
        var config = new RunConfig
        {
            Data = new DataConfig { Source = DataSource.Blobs, Examples = 1000, TestExamples = 10, Classes = 3, Features = 20, Validation = 100 },
            Optimizer = new OptimizerConfig { Kind = kind, LearningRate = 0.01, Momentum = kind == OptimizerKind.Sgd ? 0.9 : 0 },
            Clip = new ClipConfig { Norm = 1 },
            Training = new TrainingConfig { BatchSize = 64, Epochs = null, Steps = 1000, EvaluateEvery = 1000, CheckpointEvery = 0 },
            Cluster = new ClusterConfig { Workers = workers },
            Log = new LogConfig { StepEvery = 1000 },
        };
        TrainingTask task = TrainingTaskFactory.Create(config, DatasetLoader.Load(config, static _ => { }));
        var meter = new AllocationMeter(task.LearningRate);
        var options = new ServerOptions { Term = 1, Checkpoints = new NoStore(), ConfigDigest = "", ModelJson = "{}" };
        using var cluster = new InProcessCluster(new ClusterSetup(
            "run", task with { LearningRate = meter }, config, options, RuleSet.Create(new RuleSettings()), TimeProvider.System, static _ => { }));
        cluster.Run();

        // The runtime and the test runner allocate now and then beside the run; what a step allocated would be in every window.
        meter.LeastOfWindows.ShouldBe(0);
    }

    /// <summary>A schedule is asked once a step, which makes it a place to read the counter of the whole process.</summary>
    private sealed class AllocationMeter(ISchedule schedule) : ISchedule
    {
        private long _before;

        public long LeastOfWindows { get; private set; } = long.MaxValue;

        public double ValueAt(long step)
        {
            if (step >= FirstStep && step % WindowSteps == 0)
            {
                long allocated = GC.GetTotalAllocatedBytes(precise: true);
                LeastOfWindows = step == FirstStep ? LeastOfWindows : Math.Min(LeastOfWindows, allocated - _before);
                _before = GC.GetTotalAllocatedBytes(precise: true);
            }

            return schedule.ValueAt(step);
        }
    }

    private sealed class NoStore : ICheckpointStore
    {
        public CheckpointReceipt Save(Checkpoint checkpoint) => new("none", 0, "");
    }
}

/// <summary>The counter is the process's, so nothing may run beside these tests.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public class AllocationTestsAlone;
