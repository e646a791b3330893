using DistSgd.Learning.Landscapes;
using DistSgd.Studies.Landscapes.Experiments;

namespace DistSgd.Studies.Landscapes;

/// <summary>The studies of analytic landscapes.</summary>
public static class LandscapeStudies
{
    /// <summary>The studies, in the order of reading: every function, then the experiments.</summary>
    public static IReadOnlyList<INamedStudy> All { get; } =
    [
        .. LandscapeRegistry.All.Select(landscape => new FunctionStudy(landscape)),
        new QuadraticConvergenceStudy(),
        new LearningRateStudy(),
        new ConditionNumberStudy(),
        new ScheduleStudy(),
        new UpdateRuleStudy(),
        new SaddleEscapeStudy(),
        new LocalMinimumEscapeStudy(),
        new MultiStartStudy(),
        new RiskStudy(),
        new HighDimensionStudy(),
    ];
}
