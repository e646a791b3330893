namespace DistSgd.Hosting.Supervision;

/// <summary>What a supervisor knows of one node.</summary>
/// <param name="name">Name of the node.</param>
/// <param name="role">One of <see cref="NodeRoles"/>.</param>
internal sealed class SupervisedNode(string name, string role)
{
    // These two are read by the thread that answers a second signal too.
    private volatile NodeProcess? _process;
    private volatile bool _isAlive;

    public string Name => name;

    /// <summary>The name in a sentence.</summary>
    public string Subject => role == NodeRoles.Server ? "the server" : name;

    public NodeState State { get; set; } = NodeState.Starting;

    /// <summary>The present or last process; null before the first.</summary>
    public NodeProcess? Process
    {
        get => _process;
        set => _process = value;
    }

    /// <summary>Whether the process has not ended, as far as is known.</summary>
    public bool IsAlive
    {
        get => _isAlive;
        set => _isAlive = value;
    }

    /// <summary>Counts the processes, so that late words of an earlier one are not taken for those of the present one.</summary>
    public int Life { get; set; }

    /// <summary>How often it was started again.</summary>
    public int Restarts { get; set; }

    /// <summary>When the present process was started.</summary>
    public TimeSpan StartedAt { get; set; }

    /// <summary>When it is to be started again; null if it is not.</summary>
    public TimeSpan? StartDue { get; set; }

    /// <summary>How the last process ended; null while none has.</summary>
    public NodeExit? LastExit { get; set; }

    public RestartBudget Budget { get; } = new();

    /// <summary>An end whose message does not repeat the name of the node.</summary>
    public NodeExit Unnamed(NodeExit exit) =>
        exit.Message?.StartsWith(name + ": ", StringComparison.Ordinal) == true ? exit with { Message = exit.Message[(name.Length + 2)..] } : exit;

    public NodeEntry ToEntry(string? address) => new(name, role, Process?.Id, address, Process?.Started, Restarts, State);
}
