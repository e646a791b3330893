using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Monitoring.Events;
using DistSgd.Training;
using DistSgd.Training.Config;

namespace DistSgd.Hosting.Tests;

/// <summary>A directory for runs that take milliseconds.</summary>
public abstract class RunTest : IDisposable
{
    protected static readonly RunConfig Config = new()
    {
        Name = "blobs",
        Data = new DataConfig { Source = DataSource.Blobs, Examples = 600, TestExamples = 100, Classes = 3, Features = 4, Validation = 100 },
        Model = new ModelConfig { Hidden = LayerWidths.Create([12]) },
        Training = new TrainingConfig { BatchSize = 20, Epochs = 4, CheckpointEvery = 15 },
        Cluster = new ClusterConfig { Workers = 2 },
    };

    protected string Root { get; } = Directory.CreateTempSubdirectory("distsgd-run-").FullName;

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static TrainingTask Task(RunConfig config) => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, static _ => { }));

    protected (RunSummary Summary, List<TrainingEvent> Events) Train(RunConfig config, string name, long interruptAt = long.MaxValue)
    {
        var events = new List<TrainingEvent>();
        TrainingRun? run = null;
        run = TrainingRun.Create(config, Task(config), RunDirectory.CreateAt(Path.Combine(Root, name)), TimeProvider.System, e =>
        {
            events.Add(e);
            if (e is StepWindow step && step.Step >= interruptAt)
            {
                run!.Interrupt(TrainingRun.SignalInterrupt);
            }
        });
        using (run)
        {
            return (run.Execute(), events);
        }
    }
}
