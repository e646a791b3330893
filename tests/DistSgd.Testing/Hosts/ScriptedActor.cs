using DistSgd.Training.Actors;

namespace DistSgd.Testing.Hosts;

/// <summary>An actor that does what a test says.</summary>
/// <param name="receive">Handles a message.</param>
public sealed class ScriptedActor(Action<object, IActorContext> receive) : IActor
{
    /// <inheritdoc/>
    public void Receive(object message, IActorContext context) => receive(message, context);
}

/// <summary>Work that fails.</summary>
/// <param name="failure">With what.</param>
public sealed class FailingWork(Exception failure) : IComputation
{
    /// <inheritdoc/>
    public void Run() => throw failure;
}
