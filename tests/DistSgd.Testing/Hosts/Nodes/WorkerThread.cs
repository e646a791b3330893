using DistSgd.Hosting;
using DistSgd.Hosting.Node;
using DistSgd.Monitoring.Events;
using DistSgd.Training;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>A worker node on a thread of the test.</summary>
public sealed class WorkerThread
{
    private readonly NodeWorker _worker;
    private readonly Thread _thread;
    private readonly List<Membership> _events = [];
    private readonly List<string> _notices = [];

    /// <summary>Starts the worker.</summary>
    /// <param name="settings">What it is told.</param>
    public WorkerThread(NodeWorkerSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Name = settings.Name;
        _worker = new NodeWorker(settings with { Notice = Keep }, TimeProvider.System, Keep);
        _thread = new Thread(Work) { IsBackground = true, Name = settings.Name };
        _thread.Start();
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What ended it; null if it ended in good order.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>What it told a person.</summary>
    public string[] Notices
    {
        get
        {
            lock (_notices)
            {
                return [.. _notices];
            }
        }
    }

    /// <summary>What it wrote to a log of its own.</summary>
    public Membership[] Events
    {
        get
        {
            lock (_notices)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The settings of a worker that gets its data from the config that its server tells.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="server">Where the server listens.</param>
    /// <param name="token">The secret of the run.</param>
    /// <returns>The settings.</returns>
    public static NodeWorkerSettings Settings(string name, NodeAddress server, byte[] token) => new()
    {
        Name = name,
        Server = server,
        Token = token,
        GiveUpAfter = Limited.Limit,
        CreateTask = loaded => loaded.Use(config => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, static _ => { }))),
    };

    /// <summary>Has it say good-bye and end.</summary>
    /// <param name="reason">Why.</param>
    public void Leave(string reason) => _worker.Leave(reason);

    /// <summary>Waits for its end.</summary>
    public void Join() => Limited.Join(_thread, Name);

    private void Work()
    {
        try
        {
            _worker.Run();
        }
        catch (Exception e)
        {
            Failure = e;
        }
    }

    private void Keep(string notice)
    {
        lock (_notices)
        {
            _notices.Add(notice);
        }
    }

    private void Keep(TrainingEvent trainingEvent)
    {
        lock (_notices)
        {
            _events.Add((Membership)trainingEvent);
        }
    }
}
