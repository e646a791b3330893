using DistSgd.Monitoring.Events;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Server;

namespace DistSgd.Simulation.Checks;

/// <summary>Looks on while a cluster is simulated, and says when it breaks a promise.</summary>
/// <param name="name">What is promised, in a few words.</param>
internal abstract class Check(string name)
{
    /// <summary>What is promised.</summary>
    public string Name => name;

    /// <summary>A life of the server begins.</summary>
    /// <param name="term">Its number.</param>
    /// <param name="from">The checkpoint that it goes on from; null for the beginning.</param>
    public virtual void ServerStarted(int term, Checkpoint? from)
    {
    }

    /// <summary>An actor sends a message to another machine.</summary>
    /// <param name="from">From where.</param>
    /// <param name="to">To where.</param>
    /// <param name="message">The message.</param>
    public virtual void Sending(string from, string to, object message)
    {
    }

    /// <summary>A worker's message has come to the server, which will look at it now.</summary>
    /// <param name="message">The message.</param>
    public virtual void Received(object message)
    {
    }

    /// <summary>The server has written an event.</summary>
    /// <param name="term">Term of the server.</param>
    /// <param name="trainingEvent">The event.</param>
    public virtual void Logged(int term, TrainingEvent trainingEvent)
    {
    }

    /// <summary>A checkpoint is on the disk.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    public virtual void Written(Checkpoint checkpoint)
    {
    }

    /// <summary>Something has happened.</summary>
    /// <param name="world">Where.</param>
    public virtual void Tick(SimulationWorld world)
    {
    }

    /// <summary>The run has ended.</summary>
    /// <param name="result">How.</param>
    public virtual void Ended(RunResult result)
    {
    }

    /// <summary>Says that the promise is broken, if it is.</summary>
    /// <param name="isKept">Whether it is kept.</param>
    /// <param name="found">What was found, and what was expected.</param>
    /// <exception cref="BrokenPromiseException">It is broken.</exception>
    protected void Require(bool isKept, string found)
    {
        if (!isKept)
        {
            throw new BrokenPromiseException(name, found);
        }
    }
}

/// <summary>A check has found a promise broken.</summary>
/// <param name="check">What was promised.</param>
/// <param name="found">What was found, and what was expected.</param>
internal sealed class BrokenPromiseException(string check, string found) : Exception($"{check}: {found}")
{
    /// <summary>What was promised.</summary>
    public string Check => check;
}
