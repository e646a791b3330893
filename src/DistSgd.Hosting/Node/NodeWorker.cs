using System.Net.Sockets;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>A worker as a process of its own: dials its server, computes for it, and dials again when the connection is lost.</summary>
public sealed class NodeWorker
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private const int LongestReason = 1000;

    private readonly NodeWorkerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Action<TrainingEvent> _emit;
    private readonly ManualResetEventSlim _leaving = new();
    private readonly Lock _lock = new();
    private NodeConnection? _connection;
    private string _runId = "";
    private string? _configDigest;
    private TrainingTask? _task;

    /// <summary>Creates a worker.</summary>
    /// <param name="settings">What it is told.</param>
    /// <param name="clock">The time.</param>
    /// <param name="emit">Receives what happens to it, for a log of its own.</param>
    public NodeWorker(NodeWorkerSettings settings, TimeProvider clock, Action<TrainingEvent> emit)
    {
        _settings = settings;
        _clock = clock;
        _emit = emit;
    }

    /// <summary>Whether a server counts on the worker just now.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Name of the run; empty until a server has told it.</summary>
    public string RunId => _runId;

    /// <summary>Works until the run is over, or until <see cref="Leave"/>.</summary>
    /// <exception cref="InputException">The server does not take this worker, or the worker not this server.</exception>
    /// <exception cref="RunFailedException">No server has answered for too long.</exception>
    public void Run()
    {
        long since = _clock.GetTimestamp();
        TimeSpan pause = FirstPause;
        string? lastProblem = null;
        while (!_leaving.IsSet)
        {
            string problem;
            try
            {
                using NodeConnection connection = Dial();
                Welcome welcome = Meet(connection);
                pause = FirstPause;
                if (Work(connection, welcome) is { } ended)
                {
                    _settings.Notice($"{_settings.Name}: the run is over ({ended.Outcome})");
                    return;
                }

                problem = connection.ClosedBecause ?? "connection closed";
                lastProblem = null;
                since = _clock.GetTimestamp();
            }
            catch (ServerNotFoundException e)
            {
                problem = e.Message;
            }
            catch (ConnectionLostException e)
            {
                problem = e.Message;
            }
            catch (RefusedException e) when (!e.IsFinal)
            {
                problem = $"refused: {e.Message}";
            }
            catch (RefusedException e)
            {
                throw new InputException($"{_settings.Name}: the server at {_settings.Server} refuses this worker: {e.Message}.");
            }
            catch (WireException e)
            {
                throw new InputException($"{_settings.Name}: what listens at {_settings.Server} is no server of this version: {e.Message}");
            }

            GiveUpAfter(since, problem);
            if (problem != lastProblem && !_leaving.IsSet)
            {
                _settings.Notice($"{_settings.Name}: {_settings.Server}: {problem}; dialing again");
            }

            lastProblem = problem;
            _leaving.Wait(pause);
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }
    }

    /// <summary>Says good-bye to the server and has <see cref="Run"/> return; may be called from any thread.</summary>
    /// <param name="reason">Why.</param>
    public void Leave(string reason)
    {
        _leaving.Set();
        lock (_lock)
        {
            if (_connection is { } connection)
            {
                if (IsConnected)
                {
                    connection.Send(new Leave(reason));
                }

                connection.Close(reason);
            }
        }
    }

    private NodeConnection Dial()
    {
        TimeSpan limit = _settings.GiveUpAfter < ConnectionLimits.Handshake ? _settings.GiveUpAfter : ConnectionLimits.Handshake;
        Socket socket = Dial(_settings.Server.Find(limit), limit);
        var connection = new NodeConnection(socket, new ConnectionLimits(limit), _clock);
        lock (_lock)
        {
            _connection = connection;
        }

        if (_leaving.IsSet)
        {
            connection.Close("leaving");
        }

        return connection;
    }

    private static Socket Dial(NodeAddress address, TimeSpan limit)
    {
        try
        {
            return address.Dial(limit);
        }
        catch (SocketException e)
        {
            throw new ServerNotFoundException(address.SocketPath is { } path && !File.Exists(path)
                ? "no server has made this socket"
                : $"nobody answers: {e.Message}");
        }
    }

    private Welcome Meet(NodeConnection connection)
    {
        Welcome welcome;
        try
        {
            welcome = Handshake.Introduce(connection, _settings.Name, _runId, _settings.Token);
        }
        catch (InputException e)
        {
            throw new InputException($"{_settings.Name}: the server at {_settings.Server}: {e.Message}.");
        }

        try
        {
            Accept(welcome);
        }
        catch (InputException e)
        {
            // The server's log is the place where the whole run is told of.
            string reason = e.Message.TrimEnd('.');
            connection.Send(new Leave(reason[..Math.Min(reason.Length, LongestReason)]));
            throw;
        }

        connection.Decoder.Shape = new RunShape(_task!.Architecture.CreateLayout().Length, _task.Data.Shards, _task.Encoding);
        return welcome;
    }

    private void Accept(Welcome welcome)
    {
        if (_configDigest is not null && welcome.ConfigDigest != _configDigest)
        {
            throw new InputException(
                $"{_settings.Name}: the server at {_settings.Server} has another config than before: "
                + $"found digest {welcome.ConfigDigest}, expected {_configDigest}. Start this worker anew.");
        }

        _task ??= CreateTask(welcome);
        _runId = welcome.RunId;
        _configDigest = welcome.ConfigDigest;
    }

    private TrainingTask CreateTask(Welcome welcome)
    {
        LoadedConfig loaded = ConfigReader.Parse(welcome.ConfigYaml, $"config of {welcome.RunId}", _settings.Overrides);
        string digest = ConfigDigest.Compute(loaded.Config);
        if (digest != welcome.ConfigDigest)
        {
            throw new InputException(
                $"{_settings.Name}: this worker reads the config of {welcome.RunId} differently than its server: "
                + $"found digest {digest}, expected {welcome.ConfigDigest}. Use the same version on all nodes, and --set for paths only.");
        }

        TrainingTask task = _settings.CreateTask(loaded);
        DatasetLoader.RequireUnchanged(
            task.Data.Dataset, welcome.DataSha256, $"the server of {welcome.RunId} loaded it", "Give every node the same files.");
        return task;
    }

    /// <summary>Computes until the connection is lost or the run is over.</summary>
    private RunEnded? Work(NodeConnection connection, Welcome welcome)
    {
        try
        {
            using var session = new WorkerSession(_settings, _task!, connection, _clock);
            IsConnected = true;
            _settings.Notice($"{_settings.Name}: joined {welcome.RunId} at {_settings.Server}");
            Tell(MembershipChanges.Joined, $"term {welcome.Term} of {welcome.RunId} at {_settings.Server}", []);
            return session.Run(shards => Tell(MembershipChanges.Reassigned, null, shards));
        }
        catch (Exception e) when (e is ConnectionLostException or WireException)
        {
            connection.Close(e.Message.TrimEnd('.'));
            return null;
        }
        finally
        {
            IsConnected = false;
            Tell(_leaving.IsSet ? MembershipChanges.Left : MembershipChanges.Lost, connection.ClosedBecause, []);
        }
    }

    private void Tell(string change, string? reason, int[] shards) => _emit(new Membership
    {
        Time = _clock.GetUtcNow(),
        Worker = _settings.Name,
        Change = change,
        Shards = shards,
        Reason = reason,
    });

    private void GiveUpAfter(long since, string problem)
    {
        if (_clock.GetElapsedTime(since) >= _settings.GiveUpAfter)
        {
            throw new RunFailedException(FormattableString.Invariant(
                $"{_settings.Name}: gave up dialing {_settings.Server} after {_settings.GiveUpAfter.TotalSeconds:0.#} s; the last attempt: {problem}."));
        }
    }
}
