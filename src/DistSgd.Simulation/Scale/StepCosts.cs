namespace DistSgd.Simulation.Scale;

/// <summary>What a step costs a server and its workers, in seconds of processor time unless said otherwise.</summary>
internal sealed record StepCosts
{
    /// <summary>Number of workers.</summary>
    public required int Workers { get; init; }

    /// <summary>The gradient of a worker, by its index.</summary>
    public required Func<int, double> Compute { get; init; }

    /// <summary>A worker takes the parameters in.</summary>
    public required double WorkerReceive { get; init; }

    /// <summary>A worker sends its gradient.</summary>
    public required double WorkerSend { get; init; }

    /// <summary>The server takes one gradient in; those of several workers side by side.</summary>
    public required double ServerReceive { get; init; }

    /// <summary>The server sends the parameters to one worker; one after the other.</summary>
    public required double ServerSend { get; init; }

    /// <summary>The server sums the gradients and updates the parameters.</summary>
    public required double Complete { get; init; }

    /// <summary>Time from a frame's arrival until whoever waits for it runs, in seconds.</summary>
    public required double WakeUp { get; init; }

    /// <summary>Bytes of the parameters or of a gradient that a worker receives or sends.</summary>
    public required double WorkerBytes { get; init; }

    /// <summary>Those of them that the server sends or receives.</summary>
    public required double ServerBytes { get; init; }

    /// <summary>Cores of each machine.</summary>
    public required int Cores { get; init; }

    /// <summary>What is between the machines; null where all processes are on one.</summary>
    public required NetworkCosts? Network { get; init; }

    /// <summary>The costs that a model gives one step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="workers">Number of workers.</param>
    /// <param name="batch">Examples of the step, over all workers.</param>
    /// <param name="isOneMachine">Whether all processes are on one machine; else each is on one of its own.</param>
    /// <returns>The costs.</returns>
    public static StepCosts Of(CostModel model, int workers, long batch, bool isOneMachine) => new()
    {
        Workers = workers,
        Compute = worker =>
        {
            long examples = (batch / workers) + (worker < batch % workers ? 1 : 0);
            return examples == 0 ? 0 : model.Worker.FixedSeconds + (model.Worker.PerExampleSeconds * examples);
        },
        WorkerReceive = model.Worker.ReceiveSeconds,
        WorkerSend = model.Worker.SendSeconds,
        ServerReceive = model.Server.ReceiveSeconds,
        ServerSend = model.Server.SendSeconds,
        Complete = model.Server.UpdateSeconds + (workers * model.Server.SumSeconds),
        WakeUp = model.WakeUpSeconds,
        WorkerBytes = model.MessageBytes,
        ServerBytes = model.MessageBytes,
        Cores = model.Cores,
        Network = isOneMachine ? null : model.Network,
    };

    /// <summary>
    /// The costs with the parameters split over several servers, each on a machine of its own. They do the same at the same time, so one of them
    /// is looked at; a worker's work for all of them stays what it was.
    /// </summary>
    /// <param name="servers">Number of servers.</param>
    /// <returns>The costs of one of them.</returns>
    public StepCosts Split(int servers) => this with
    {
        ServerReceive = ServerReceive / servers,
        ServerSend = ServerSend / servers,
        Complete = Complete / servers,
        ServerBytes = ServerBytes / servers,
    };
}
