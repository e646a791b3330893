namespace DistSgd.Studies.Landscapes.Claims;

/// <summary>What the tutorials state about a single function.</summary>
internal static class FunctionClaims
{
    private static readonly Dictionary<string, Func<IEnumerable<SeedClaim>>> ByName = new()
    {
        ["quartic"] = PlaneClaims.Quartic,
        ["saddle"] = PlaneClaims.Saddle,
        ["monkey-saddle"] = PlaneClaims.MonkeySaddle,
        ["sphere"] = PlaneClaims.Sphere,
        ["rosenbrock"] = PlaneClaims.Rosenbrock,
        ["exponential"] = LineClaims.Exponential,
        ["parabola"] = LineClaims.Parabola,
        ["double-well"] = LineClaims.DoubleWell,
        ["cubic"] = LineClaims.Cubic,
        ["tanh"] = LineClaims.Tanh,
        ["x-cos-pi-x"] = LineClaims.CosineTimesX,
    };

    /// <summary>The claims about a function, checked.</summary>
    /// <param name="name">Name of the landscape.</param>
    /// <returns>The claims; empty if the tutorials say nothing of it.</returns>
    public static IReadOnlyList<SeedClaim> Of(string name) =>
        ByName.TryGetValue(name, out Func<IEnumerable<SeedClaim>>? claims) ? [.. claims()] : [];
}
