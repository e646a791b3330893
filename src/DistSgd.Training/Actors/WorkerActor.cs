using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Actors;

/// <summary>
/// Computes the gradients of the shards it was given, step by step; evaluates blocks of data and measures curvature when asked.
/// </summary>
/// <remarks>It keeps no state that matters: any worker can take a shard over at any step without being told anything else.</remarks>
public sealed class WorkerActor : IActor
{
    private readonly ActorId _self;
    private readonly TrainingTask _task;
    private readonly EpochSampler _sampler;
    private readonly GradientWork _gradientWork;
    private readonly BlockEvaluator _evaluator;
    private readonly GradientComputed _computed;
    private readonly int _curvatureExamples;
    private ShardCurvature? _curvature;
    private int[] _shards = [];
    private long _curvatureRound;
    private int _term;

    /// <summary>Creates a worker.</summary>
    /// <param name="self">Its name.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="curvatureExamples">Training examples that curvature is measured over; null for all.</param>
    public WorkerActor(ActorId self, TrainingTask task, int? curvatureExamples = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        _self = self;
        _task = task;
        _sampler = task.Data.CreateSampler();
        _gradientWork = new GradientWork(new SliceGradients(task.Architecture, task.Data));
        _evaluator = new BlockEvaluator(task.Architecture, task.Data.Scaler);
        _computed = new GradientComputed { Worker = self };
        _curvatureExamples = curvatureExamples ?? task.Data.Split.TrainingCount;
    }

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case Begin: context.Send(ActorId.Server, new WorkerJoined(_self, _task.Data.Dataset.Sha256)); break;
            case AssignShards assignment: TakeOver(assignment); break;
            case StepStarted step: ComputeGradient(step, context); break;
            case GradientWork work: ReportGradient(work, context); break;
            case EvaluateBlocks request: context.Compute(new EvaluationWork(_evaluator, _task.Data, request)); break;
            case EvaluationWork work: context.Send(ActorId.Server, work.Report()); break;
            case MeasureCurvature request: MeasureCurvature(request, context); break;
            case CurvatureWork work: context.Send(ActorId.Server, work.Report()); break;
        }
    }

    private void TakeOver(AssignShards assignment)
    {
        _curvatureRound = assignment.Term == _term ? _curvatureRound : 0;
        _term = assignment.Term;
        _shards = assignment.Shards;
        _gradientWork.Gradients.Assign(assignment.Shards);
        _computed.Partials = _gradientWork.Gradients.Partials.ToArray();
    }

    private void ComputeGradient(StepStarted step, IActorContext context)
    {
        if (step.Term != _term || _computed.Partials.Length == 0)
        {
            return; // another life of the server, or a standby
        }

        _gradientWork.Step = step.Step;
        _gradientWork.Range = _sampler.StepRange(step.Step, _task.BatchSize);
        _gradientWork.Parameters = step.Parameters;
        context.Compute(_gradientWork);
    }

    private void ReportGradient(GradientWork work, IActorContext context)
    {
        _computed.Term = _term;
        _computed.Step = work.Step;
        context.Send(ActorId.Server, _computed);
    }

    private void MeasureCurvature(MeasureCurvature request, IActorContext context)
    {
        // A request that comes twice would be computed in memory whose sums the server may be reading.
        if (request.Term == _term && _shards.Length > 0 && request.Round > _curvatureRound)
        {
            _curvatureRound = request.Round;
            _curvature ??= new ShardCurvature(_task.Architecture, _task.Data, _curvatureExamples);
            _curvature.Assign(_shards);
            context.Compute(new CurvatureWork(_curvature, request));
        }
    }

    /// <summary>The gradient of one step, computed outside of the mailbox; one object for the worker's life.</summary>
    private sealed class GradientWork(SliceGradients gradients) : IComputation
    {
        public SliceGradients Gradients { get; } = gradients;

        public long Step { get; set; }

        public StepRange Range { get; set; }

        public AlignedVector Parameters { get; set; } = new(0);

        public void Run() => Gradients.Compute(Parameters, Range);
    }

    private sealed class EvaluationWork(BlockEvaluator evaluator, TrainingData data, EvaluateBlocks request) : IComputation
    {
        private readonly BlockResult[] _results = new BlockResult[request.BlockCount];

        public void Run()
        {
            (Examples set, int[] indices) = data.Part(request.Part);
            for (int b = 0; b < _results.Length; b++)
            {
                _results[b] = evaluator.Evaluate(request.Parameters, set, indices, request.FirstBlock + b);
            }
        }

        public BlocksEvaluated Report() => new(request.Term, request.Step, request.Part, request.FirstBlock, _results);
    }

    private sealed class CurvatureWork(ShardCurvature curvature, MeasureCurvature request) : IComputation
    {
        private CurvaturePart[] _parts = [];

        public void Run() => _parts = curvature.Compute(request.Request);

        public CurvatureMeasured Report() => new(request.Term, request.Round, _parts);
    }
}
