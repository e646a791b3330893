using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>An examination by actors gives the bits of one process, whoever computes them and in whatever order they come in.</summary>
public sealed class CurvatureTests
{
    private const int Examples = 101;

    private static readonly TrainingTask Task = SmallRuns.Task(SmallRuns.Config());
    private static readonly AlignedVector Parameters = ReferenceTrainer.Train(Task);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)] // two are standbys
    public void Any_number_of_workers_and_any_interleaving_gives_the_bits_of_one_process(int workers)
    {
        double[] expected = Alone();
        for (ulong seed = 1; seed <= 8; seed++)
        {
            (CurvatureProbe probe, TestHost host) = Prepare(workers, seed);
            host.RunToEnd().ShouldBeTrue();
            Numbers(probe).ShouldBe(expected);
        }
    }

    [Fact]
    public void Requests_and_reports_that_come_twice_change_nothing()
    {
        (CurvatureProbe probe, TestHost host) = Prepare(workers: 3, seed: 1);
        host.Deliveries = message => message is CurvatureMeasured or MeasureCurvature ? 2 : 1;
        host.RunToEnd().ShouldBeTrue();
        Numbers(probe).ShouldBe(Alone());
    }

    [Fact]
    public void A_request_of_another_term_is_not_answered()
    {
        var answered = new List<object>();
        (_, TestHost host) = Prepare(workers: 1, seed: 1);
        host.Deliveries = message =>
        {
            answered.AddRange(message is CurvatureMeasured ? [message] : []);
            return 1;
        };
        host.Post(ActorId.Worker(0), new MeasureCurvature(Term: 9, Round: 77, Examples: 9, new GradientRequest(Parameters, new AlignedVector(Parameters.Length))));
        host.RunToEnd().ShouldBeTrue();
        answered.Cast<CurvatureMeasured>().ShouldAllBe(report => report.Term == 1 && report.Round != 77);
    }

    private static (CurvatureProbe Probe, TestHost Host) Prepare(int workers, ulong seed)
    {
        CurvatureProbe probe = Probe();
        return (probe, new TestHost(Task, new CurvatureActor(Task, workers, Examples, probe.Requests()), workers, seed));
    }

    private static double[] Alone()
    {
        CurvatureProbe probe = Probe();
        new LocalCurvature(Task.Architecture, Task.Data, Examples).Run(probe.Requests());
        return Numbers(probe);
    }

    private static CurvatureProbe Probe()
    {
        ParameterLayout layout = Task.Architecture.CreateLayout();
        return new CurvatureProbe(layout, Parameters, new CurvatureSettings
        {
            MaxSteps = 30,
            TraceSamples = 3,
            DensityVectors = 1,
            DensitySteps = 8,
            LinePoints = 5,
            PlanePoints = 3,
        });
    }

    private static double[] Numbers(CurvatureProbe probe) =>
    [
        probe.Loss, probe.GradientNorm, probe.Trace.Mean, probe.Sharpness.Keskar, probe.Sharpness.Sam,
        .. probe.Eigenvalues.Largest.Concat(probe.Eigenvalues.Smallest).SelectMany(pair => new[] { pair.Value, pair.Residual }),
        .. probe.Density.Nodes.Select(node => node.Eigenvalue),
        .. probe.Line!.Losses,
        .. probe.Planes.SelectMany(plane => plane.Slice.Losses),
    ];
}
