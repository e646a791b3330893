using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;

namespace DistSgd.Simulation.Checks;

/// <summary>Terms are respected: the server speaks in its own, and no worker answers an old server once it has heard of a newer one.</summary>
internal sealed class TermCheck() : Check("terms respected")
{
    private readonly Dictionary<string, int> _newest = [];
    private int _term;

    /// <inheritdoc/>
    public override void ServerStarted(int term, Checkpoint? from)
    {
        Require(term > _term, $"a server starts in term {term} after term {_term}");
        Require(from is null || from.State.Term < term, $"term {term} goes on from a checkpoint of term {from?.State.Term}");
        _term = term;
    }

    /// <inheritdoc/>
    public override void Sending(string from, string to, object message)
    {
        switch (message)
        {
            case WorkerJoined: _newest.Remove(from); break;
            case AssignShards m: Command(m.Term); break;
            case StepStarted m: Command(m.Term); break;
            case RecomputeSlices m: Command(m.Term); break;
            case EvaluateBlocks m: Command(m.Term); break;
            case MeasureCurvature m: Command(m.Term); break;
            case GradientComputed m: Answer(from, m.Term); break;
            case BlocksEvaluated m: Answer(from, m.Term); break;
            case CurvatureMeasured m: Answer(from, m.Term); break;
        }
    }

    private void Command(int term) => Require(term == _term, $"the server of term {_term} speaks in term {term}");

    private void Answer(string worker, int term)
    {
        int newest = _newest.GetValueOrDefault(worker);
        Require(term >= newest, $"{worker} answers term {term} after it has answered term {newest}");
        Require(term <= _term, $"{worker} answers term {term}, which has not begun");
        _newest[worker] = term;
    }
}
