namespace DistSgd.Simulation.Faults;

/// <summary>How often frames meet with an accident.</summary>
/// <param name="Drop">Fraction that is lost.</param>
/// <param name="Duplicate">Fraction that arrives twice.</param>
/// <param name="Reorder">Fraction that may overtake others.</param>
/// <param name="Delay">Fraction that is late.</param>
/// <param name="Corrupt">Fraction in which a bit is flipped.</param>
/// <param name="Stray">Fraction of which a copy turns up later.</param>
public sealed record FrameFaults(double Drop, double Duplicate, double Reorder, double Delay, double Corrupt, double Stray)
{
    /// <summary>No accidents.</summary>
    public static FrameFaults None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <inheritdoc/>
    public override string ToString() => this == None ? "none" : FormattableString.Invariant(
        $"drop {Drop:P2}, duplicate {Duplicate:P2}, reorder {Reorder:P2}, delay {Delay:P2}, corrupt {Corrupt:P2}, stray {Stray:P2}");
}
