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
    private readonly PlantedFault? _fault;
    private readonly GradientWork _own;
    private readonly List<GradientWork> _requested = [];
    private readonly BlockEvaluator _evaluator;
    private AssignShards? _nextShards;
    private StepStarted? _nextStep;
    private ShardCurvature? _curvature;
    private int[] _shards = [];
    private long _curvatureRound;
    private long _lastStep = -1;
    private int _term;

    /// <summary>Creates a worker.</summary>
    /// <param name="self">Its name.</param>
    /// <param name="task">What is trained.</param>
    /// <param name="fault">A fault to plant, for tests; null for none.</param>
    public WorkerActor(ActorId self, TrainingTask task, PlantedFault? fault = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        _self = self;
        _task = task;
        _fault = fault;
        _own = new GradientWork(self, task, fault);
        _evaluator = new BlockEvaluator(task.Architecture, task.Data.Scaler);
    }

    /// <inheritdoc/>
    public void Receive(object message, IActorContext context)
    {
        switch (message)
        {
            case Begin: context.Send(ActorId.Server, new WorkerJoined(_self, _task.Data.Dataset.Sha256)); break;
            case AssignShards assignment when Follows(assignment.Term): TakeOver(assignment); break;
            case StepStarted step when Follows(step.Term): ComputeGradient(step, context); break;
            case RecomputeSlices request when Follows(request.Term): Recompute(request, context); break;
            case GradientWork work: ReportGradient(work, context); break;
            case EvaluateBlocks request when Follows(request.Term): context.Compute(new EvaluationWork(_evaluator, _task.Data, request)); break;
            case EvaluationWork work: context.Send(ActorId.Server, work.Report()); break;
            case MeasureCurvature request: MeasureCurvature(request, context); break;
            case CurvatureWork work: context.Send(ActorId.Server, work.Report()); break;
        }
    }

    /// <summary>Whether a command is of the newest server that was heard of. A newer one begins anew; what an older one said comes too late.</summary>
    private bool Follows(int term)
    {
        if (term > _term)
        {
            _term = term;
            _shards = [];
            _nextStep = null;
            _lastStep = -1;
            _curvatureRound = 0;
        }

        return term == _term;
    }

    private void TakeOver(AssignShards assignment)
    {
        _shards = assignment.Shards;

        // The memory of a step that is being computed, perhaps on another thread, is left alone until it is done.
        _nextShards = _own.IsRunning ? assignment : null;
        if (!_own.IsRunning)
        {
            _own.Assign(assignment.Shards);
        }
    }

    private void ComputeGradient(StepStarted step, IActorContext context)
    {
        if (_own.IsRunning)
        {
            // The server did without the one that is being computed; a repeated command must not take the place of a newer one.
            _nextStep = step.Step > (_nextStep?.Step ?? _lastStep) ? step : _nextStep;
        }
        else if (step.Step > _lastStep && _shards.Length > 0)
        {
            _lastStep = step.Step;
            _own.Start(step.Term, step.Step, _task.Batches.RangeOf(step.Step), step.Parameters, context);
        }
    }

    // The server may still be reading what a request of the same step has brought: that one's memory is not used again before the next.
    private void Recompute(RecomputeSlices request, IActorContext context)
    {
        GradientWork? recovery = _requested.Find(work => !work.IsRunning && !work.IsOf(request.Term, request.Step));
        if (recovery is null)
        {
            _requested.Add(recovery = new GradientWork(_self, _task, _fault));
        }

        recovery.Assign(request.Shards);
        recovery.Start(request.Term, request.Step, _task.Batches.RangeOf(request.Step), request.Parameters, context);
    }

    private void ReportGradient(GradientWork work, IActorContext context)
    {
        context.Send(ActorId.Server, work.Finish(context));
        if (work != _own)
        {
            return;
        }

        if (_nextShards is { } assignment)
        {
            TakeOver(assignment);
        }

        if (_nextStep is { } step)
        {
            _nextStep = null;
            ComputeGradient(step, context);
        }
    }

    private void MeasureCurvature(MeasureCurvature request, IActorContext context)
    {
        // A request that comes twice would be computed in memory whose sums the server may be reading.
        if (request.Term == _term && _shards.Length > 0 && request.Round > _curvatureRound)
        {
            _curvatureRound = request.Round;
            int examples = Math.Min(request.Examples, _task.Data.Split.TrainingCount);
            _curvature ??= new ShardCurvature(_task.Architecture, _task.Data, examples);
            _curvature.Examples = examples;
            _curvature.Assign(_shards);
            context.Compute(new CurvatureWork(_curvature, request));
        }
    }

    /// <summary>The gradient of one step, computed outside of the mailbox; one object with its memory is used again for every step.</summary>
    private sealed class GradientWork(ActorId self, TrainingTask task, PlantedFault? fault) : IComputation
    {
        private readonly SliceGradients _gradients = new(task.Architecture, task.Data, task.Encoding);
        private readonly GradientComputed _report = new() { Worker = self };
        private StepRange _range;
        private AlignedVector _parameters = new(0);
        private DateTimeOffset _started;

        /// <summary>True from the start to the report.</summary>
        public bool IsRunning { get; private set; }

        /// <summary>Whether its last step was this one.</summary>
        public bool IsOf(int term, long step) => _report.Term == term && _report.Step == step;

        public void Assign(int[] shards)
        {
            _gradients.Assign(shards);
            _report.Partials = _gradients.Partials.ToArray();
        }

        public void Start(int term, long step, StepRange range, AlignedVector parameters, IActorContext context)
        {
            _report.Term = term;
            _report.Step = step;
            _range = range;
            _parameters = parameters;
            _started = context.Now;
            IsRunning = true;
            context.Compute(this);
        }

        public void Run()
        {
            _gradients.Fault = fault?.At(_report.Step);
            _gradients.Compute(_parameters, _range);
        }

        public GradientComputed Finish(IActorContext context)
        {
            IsRunning = false;
            TimeSpan passed = context.Now - _started;
            _report.ComputeTime = passed > TimeSpan.Zero ? passed : TimeSpan.Zero; // a clock may be set back
            return _report;
        }
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
