using DistSgd.Training.Checkpoints;
using DistSgd.Training.Protocol;

namespace DistSgd.Simulation.Checks;

/// <summary>Versions are monotone: within a life of the server steps only go up by one, and each worker is told of a step once.</summary>
internal sealed class VersionCheck() : Check("versions monotone")
{
    private readonly Dictionary<string, long> _told = [];
    private long _step;

    /// <inheritdoc/>
    public override void ServerStarted(int term, Checkpoint? from)
    {
        _told.Clear();
        _step = from?.State.Step ?? 0;
    }

    /// <inheritdoc/>
    public override void Sending(string from, string to, object message)
    {
        if (message is StepStarted step)
        {
            Require(step.Step == _step || step.Step == _step + 1, $"step {step.Step} starts after step {_step}; expected that or the next");
            Require(!_told.TryGetValue(to, out long told) || told < step.Step, $"{to} is told of step {step.Step} again");
            _told[to] = _step = step.Step;
        }
    }
}
