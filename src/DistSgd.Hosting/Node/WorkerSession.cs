using DistSgd.Hosting.InProcess;
using DistSgd.Hosting.Mailbox;
using DistSgd.Learning;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>A worker's time with one life of its server: one thread receives, computes and sends.</summary>
internal sealed class WorkerSession : ITransport, IDisposable
{
    private readonly ActorId _self;
    private readonly NodeConnection _connection;
    private readonly FrameEncoder _encoder;
    private readonly MailboxLoop _loop;
    private readonly HeadBuffer _head = new();

    /// <summary>Wires the worker.</summary>
    /// <param name="settings">Its name, and how it is made.</param>
    /// <param name="task">What it computes.</param>
    /// <param name="connection">Its server.</param>
    /// <param name="clock">The time.</param>
    public WorkerSession(NodeWorkerSettings settings, TrainingTask task, NodeConnection connection, TimeProvider clock)
    {
        _self = new ActorId(settings.Name);
        _connection = connection;
        _encoder = new FrameEncoder(task.Encoding);
        _loop = new MailboxLoop(clock, this, new HelpingExecutor(helpers: 0), static _ => { }, isLent: true);
        _loop.Add(_self, settings.CreateActor(_self, task));
    }

    /// <summary>Works until the run is over.</summary>
    /// <param name="assigned">Told of the shards that the worker is given.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ConnectionLostException">The server has gone before that.</exception>
    /// <exception cref="RefusedException">The server does not want this worker any more.</exception>
    /// <exception cref="WireException">The server sent what is no message for a worker.</exception>
    public RunEnded Run(Action<int[]> assigned)
    {
        _loop.Open();
        Post(new Begin());
        while (true)
        {
            object message = _connection.Receive();
            switch (message)
            {
                case Ping ping: _connection.Send(new Pong(ping.Number)); break;
                case Pong: break;
                case RunEnded ended: return ended;
                case Refused refused: throw new RefusedException("", refused.Reason) { IsFinal = refused.IsFinal };
                case AssignShards or StepStarted or RecomputeSlices or EvaluateBlocks or MeasureCurvature:
                    Post(message);
                    if (message is AssignShards assignment)
                    {
                        assigned(assignment.Shards);
                    }

                    break;
                default:
                    throw new WireException(
                        WireProblem.OutOfPlace, $"Found {message.GetType().Name}; expected the messages of a server.");
            }
        }
    }

    /// <inheritdoc/>
    public void Send(ActorId sender, ActorId receiver, object message)
    {
        for (int frame = 0; frame < FrameEncoder.FrameCount(message); frame++)
        {
            _connection.Send(_encoder.Encode(message, frame, _head));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    private void Post(object message)
    {
        _loop.Post(_self, message);
        _loop.ThrowIfFailed();
    }
}
