using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Server;

/// <summary>Checkpoints that come faster than the disk takes them.</summary>
public sealed class CheckpointQueueTests : ICheckpointStore
{
    private static readonly ParameterLayout Layout = new([2, 1]);

    private readonly RecordingContext _world = new(ActorId.Server);
    private readonly List<long> _written = [];

    [Fact]
    public void The_first_and_the_last_are_written_and_few_wait()
    {
        var queue = new CheckpointQueue(this);
        for (long step = 0; step <= 100; step++)
        {
            queue.Save(At(step), _world);
            queue.Waiting.ShouldBeLessThanOrEqualTo(CheckpointQueue.WaitingMax);
        }

        Write(queue);
        _written.ShouldBe([0, 1, 100]);
    }

    [Fact]
    public void A_disk_that_keeps_up_writes_them_all()
    {
        var queue = new CheckpointQueue(this);
        for (long step = 0; step < 10; step++)
        {
            queue.Save(At(step), _world);
            Write(queue);
        }

        _written.ShouldBe([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }

    /// <inheritdoc/>
    CheckpointReceipt ICheckpointStore.Save(Checkpoint checkpoint)
    {
        _written.Add(checkpoint.State.Step);
        return new CheckpointReceipt("", 0, "");
    }

    private static Checkpoint At(long step) => new()
    {
        Layout = Layout,
        Parameters = new AlignedVector(Layout.Length),
        InputScale = [1, 1],
        InputShift = [0, 0],
        ModelJson = "{}",
        Slots = [],
        State = new TrainingState { Step = step, UpdateCount = step, ConsecutiveSkippedSteps = 0, Term = 1, ConfigDigest = "c", DataSha256 = "d" },
    };

    private void Write(CheckpointQueue queue)
    {
        while (!queue.IsIdle)
        {
            var work = (CheckpointWork)_world.Works.Dequeue();
            work.Run();
            queue.Complete(work, _world);
        }
    }
}
