using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using DistSgd.Training.Server;
using Shouldly;
using Xunit;

namespace DistSgd.Testing.Hosts;

/// <summary>What a run promises on a host whose workers come and go: whatever they do, the same bits.</summary>
public abstract class MembershipConformance : HostConformance
{
    private static readonly RunConfig Config = HostRuns.Config(steps: 600);
    private static readonly string Expected = HostRuns.ReferenceHash(HostRuns.Task(Config));

    private readonly List<Membership> _changes = [];

    /// <summary>Wires a run whose workers the test has come and go; as many as the config has come at the start.</summary>
    /// <param name="setup">The run.</param>
    /// <returns>The cluster, not yet running.</returns>
    protected abstract IElasticCluster CreateElastic(ClusterSetup setup);

    [Fact]
    public void A_worker_that_joins_late_changes_no_bit()
    {
        Run((5, cluster => cluster.Join("late")), () => Has("late", MembershipChanges.Joined));
        _changes.Last(e => e.Worker == "late").Shards.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_worker_that_says_good_bye_changes_no_bit()
    {
        Run((5, cluster => cluster.Leave("worker-1")), () => Has("worker-1", MembershipChanges.Left));
        _changes.Single(e => e.Change == MembershipChanges.Left).Shards.ShouldBe([2, 3]);
        _changes.ShouldNotContain(e => e.Change == MembershipChanges.Lost);
    }

    [Fact]
    public void A_worker_whose_connection_is_cut_is_lost_comes_back_and_changes_no_bit()
    {
        Run((5, cluster => cluster.Cut("worker-0")), () => Count("worker-0", MembershipChanges.Joined) == 2);
        Membership lost = _changes.Single(e => e.Change == MembershipChanges.Lost);
        lost.Worker.ShouldBe("worker-0");
        lost.Shards.ShouldBe([0, 1]);
        lost.Reason.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void A_run_whose_workers_are_all_cut_off_waits_for_them_and_changes_no_bit()
    {
        Run(
            (5, cluster =>
            {
                cluster.Cut("worker-0");
                cluster.Cut("worker-1");
            }
        ),
            () => Count("worker-0", MembershipChanges.Joined) == 2 && Count("worker-1", MembershipChanges.Joined) == 2);
    }

    [Fact]
    public void Workers_that_come_and_go_all_the_time_change_no_bit()
    {
        int joined = 0;
        Run(
            (1, _ => { }
        ),
            () => Volatile.Read(ref joined) == 8 && Has("guest-7", MembershipChanges.Joined),
            everyStep: (step, cluster) =>
            {
                if (step % 5 == 0 && joined < 8)
                {
                    cluster.Join($"guest-{joined}");
                    cluster.Cut($"worker-{joined % 2}");
                    if (joined >= 2)
                    {
                        cluster.Leave($"guest-{joined - 2}");
                    }

                    Interlocked.Increment(ref joined);
                }
            });
    }

    /// <summary>Trains, does something after a step, and holds the run back until that has shown.</summary>
    private void Run((long Step, Action<IElasticCluster> Do) disturbance, Func<bool> hasShown, Action<long, IElasticCluster>? everyStep = null)
    {
        IElasticCluster? cluster = null;
        var shown = new ManualResetEventSlim();
        using (cluster = CreateElastic(HostRuns.Setup(Config, Written)))
        {
            RunResult result = Limited.Run(cluster.Run);
            result.Outcome.ShouldBe(RunOutcomes.Completed);
            result.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(Expected);
        }

        shown.IsSet.ShouldBeTrue("the run ended before what the test did to it had shown: " + string.Join(", ", _changes));

        void Written(TrainingEvent e)
        {
            if (e is Membership change)
            {
                _changes.Add(change);
            }
            else if (e is StepWindow window)
            {
                if (window.Step == disturbance.Step)
                {
                    disturbance.Do(cluster!);
                }

                everyStep?.Invoke(window.Step, cluster!);

                // The loop itself waits here, for a moment only, as what it waits for is delivered between two steps.
                if (window.Step > disturbance.Step && !shown.IsSet)
                {
                    if (hasShown())
                    {
                        shown.Set();
                    }

                    shown.Wait(TimeSpan.FromMilliseconds(10));
                }
            }
        }
    }

    private bool Has(string worker, string change) => Count(worker, change) > 0;

    private int Count(string worker, string change) => _changes.Count(e => e.Worker == worker && e.Change == change);
}
