using DistSgd.Learning.Optimization;

namespace DistSgd.Learning.Tests.Optimization.Support;

// One optimizer of the table, with learning rates that solve the shared problems.
internal sealed record OptimizerCase(OptimizerSettings Settings, double Momentum, double QuadraticRate, double RosenbrockRate);

// The one table of all optimizers. A new kind is added here and goes through every shared test.
internal static class OptimizerCases
{
    private static readonly Dictionary<string, OptimizerCase> Table = new()
    {
        ["sgd"] = new(new() { Kind = OptimizerKind.Sgd }, 0, 0.1, 1e-3),
        ["sgd, momentum"] = new(new() { Kind = OptimizerKind.Sgd, UseMomentum = true }, 0.9, 0.05, 2e-4),
        ["sgd, nesterov"] = new(new() { Kind = OptimizerKind.Sgd, UseMomentum = true, Nesterov = true }, 0.9, 0.05, 2e-4),
        ["sgd, clip by norm"] = new(new() { Kind = OptimizerKind.Sgd, ClipNorm = 5 }, 0, 0.1, 1e-3),
        ["sgd, clip by value"] = new(new() { Kind = OptimizerKind.Sgd, ClipValue = 1 }, 0, 0.1, 1e-3),
        ["adagrad"] = new(new() { Kind = OptimizerKind.Adagrad }, 0, 0.5, 0.5),
        ["adagrad, momentum"] = new(new() { Kind = OptimizerKind.Adagrad, UseMomentum = true }, 0.9, 0.1, 0.1),
        ["rmsprop"] = new(new() { Kind = OptimizerKind.Rmsprop }, 0, 0.01, 1e-3),
        ["rmsprop, momentum"] = new(new() { Kind = OptimizerKind.Rmsprop, UseMomentum = true }, 0.9, 1e-3, 1e-4),
        ["adam"] = new(new() { Kind = OptimizerKind.Adam }, 0, 0.05, 0.01),
        ["adamw"] = new(new() { Kind = OptimizerKind.Adamw, WeightDecay = 1e-4 }, 0, 0.05, 0.01),
    };

    // Noise and strong decay move the fixed point, so these take part in every shared test but convergence.
    private static readonly Dictionary<string, OptimizerCase> NotConverging = new()
    {
        ["sgd, noise and decay"] = new(
            new() { Kind = OptimizerKind.Sgd, GradientNoise = 0.1, WeightDecay = 0.1, UseMomentum = true, Seed = 3 }, 0.9, 0.1, 1e-3),
        ["adamw, everything"] = new(
            new() { Kind = OptimizerKind.Adamw, GradientNoise = 0.1, WeightDecay = 0.1, ClipNorm = 1, Seed = 4 }, 0, 0.1, 1e-3),
        ["rmsprop, everything"] = new(
            new()
            {
                Kind = OptimizerKind.Rmsprop,
                GradientNoise = 0.1,
                WeightDecay = 0.1,
                ClipValue = 1,
                UseMomentum = true,
                Nesterov = true,
            },
            0.9,
            0.1,
            1e-3),
    };

    public static TheoryData<string> Converging => [.. Table.Keys];

    public static TheoryData<string> All => [.. Table.Keys, .. NotConverging.Keys];

    public static OptimizerCase Get(string name) => Table.TryGetValue(name, out OptimizerCase? found) ? found : NotConverging[name];
}
