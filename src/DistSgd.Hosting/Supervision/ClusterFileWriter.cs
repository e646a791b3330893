namespace DistSgd.Hosting.Supervision;

/// <summary>Keeps <c>cluster.json</c> up to date.</summary>
/// <param name="plan">The cluster.</param>
/// <param name="fleet">Its processes.</param>
/// <param name="notice">Told if the file cannot be written, which must not end the cluster.</param>
internal sealed class ClusterFileWriter(ClusterPlan plan, NodeFleet fleet, Action<string> notice)
{
    private readonly SupervisorEntry _self = new(Environment.ProcessId, LocalProcess.OwnStart);
    private string? _written;
    private bool _hasFailed;

    /// <summary>Writes the file if something has changed.</summary>
    public void Update()
    {
        string address = fleet.Address.ToString();
        var file = new ClusterFile
        {
            Run = plan.Run.Name,
            Engine = plan.Engine,
            Supervisor = _self,
            Address = address,
            TokenFile = plan.Run.TokenPath,
            Workers = plan.Workers,
            Nodes = [.. fleet.Nodes.Select(node => node.ToEntry(node == fleet.Server ? address : null))],
        };
        string json = file.ToJson();
        if (json == _written)
        {
            return;
        }

        try
        {
            file.Write(plan.Run.ClusterPath);
            _written = json;
            _hasFailed = false;
        }
        catch (IOException e) when (!_hasFailed)
        {
            _hasFailed = true;
            notice($"warning: {e.Message}");
        }
        catch (IOException)
        {
            // That was told; the next change tries again.
        }
    }
}
