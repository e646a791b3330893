using DistSgd.Learning.Data;
using DistSgd.Learning.Optimization;

namespace DistSgd.Learning.Landscapes.Descent;

/// <summary>The optimizers by name.</summary>
public static class DescentMethods
{
    /// <summary>The trainer's own rules, which see one gradient a step.</summary>
    public static IReadOnlyList<string> FirstOrder { get; } = ["sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam"];

    /// <summary>Those of them that have a momentum β of their own.</summary>
    public static IReadOnlyList<string> WithMomentum { get; } = ["momentum", "nesterov"];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. FirstOrder, "newton", "lbfgs"];

    /// <summary>Refuses a name that nothing has.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="InputException">Nothing has the name.</exception>
    public static void Require(string name)
    {
        if (!Names.Contains(name))
        {
            throw new InputException($"optimizer: '{name}' is unknown; expected one of {NearestNames.ListInOrder(name, Names)}.");
        }
    }

    internal static IDescentMethod Create(Landscape landscape, DescentOptions options)
    {
        Require(options.Optimizer);
        return options.Optimizer switch
        {
            "newton" => new NewtonMethod(landscape),
            "lbfgs" => new LbfgsMethod(landscape),
            _ => new FirstOrderMethod(landscape, options, SettingsOf(options.Optimizer) with { ClipNorm = options.ClipNorm }),
        };
    }

    private static OptimizerSettings SettingsOf(string name) => name switch
    {
        "sgd" => new OptimizerSettings { Kind = OptimizerKind.Sgd },
        "momentum" => new OptimizerSettings { Kind = OptimizerKind.Sgd, UseMomentum = true },
        "nesterov" => new OptimizerSettings { Kind = OptimizerKind.Sgd, UseMomentum = true, Nesterov = true },
        "adagrad" => new OptimizerSettings { Kind = OptimizerKind.Adagrad },
        "rmsprop" => new OptimizerSettings { Kind = OptimizerKind.Rmsprop },
        _ => new OptimizerSettings { Kind = OptimizerKind.Adam },
    };
}
