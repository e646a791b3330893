using System.Globalization;

namespace DistSgd.Simulation.Faults;

/// <summary>A fault with a beginning and an end.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="At">When.</param>
/// <param name="Lasts">How long; a process that died is started again after this.</param>
/// <param name="Workers">The workers that it meets; none for those of the server.</param>
/// <param name="Strength">Factor of what becomes slow.</param>
/// <param name="TowardsServer">Direction of what has one.</param>
public sealed record TimedFault(
    FaultKind Kind, TimeSpan At, TimeSpan Lasts, IReadOnlyList<string> Workers, double Strength, bool TowardsServer)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        string whom = Workers.Count == 0 ? "" : $" of {string.Join(", ", Workers)}";
        string how = Kind is FaultKind.SlowLink or FaultKind.SlowWorker or FaultKind.SlowDisk
            ? string.Create(CultureInfo.InvariantCulture, $", {Strength:F0} times slower") : "";
        string where = Kind == FaultKind.OneWayPartition ? TowardsServer ? ", towards the server" : ", from the server" : "";
        return string.Create(CultureInfo.InvariantCulture, $"at {At.TotalSeconds:F3} s for {Lasts.TotalSeconds:F3} s: {Kind}{whom}{how}{where}");
    }
}
