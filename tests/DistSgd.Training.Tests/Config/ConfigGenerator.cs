using System.Reflection;
using DistSgd.Learning.Data;
using DistSgd.Learning.Optimization;
using DistSgd.Training.Config;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Training.Tests.Config;

/// <summary>Random valid configs. Values are drawn from the declarations, so a new key takes part without a word here.</summary>
internal static class ConfigGenerator
{
    private static readonly string[] Texts =
    [
        "a", "null", "~", "true", "1", "1e3", "a b", " a ", "a: b", "#x", "- a",
        "[a]", "{a}", "'", "\"", "\\n", "é", "💡", "../data/x.csv", "&a", "\u2028", "%", ",",
    ];

    private static readonly string[] Names = ["null", "a", "1e3", "9-a_B.c"];

    public static Arbitrary<RunConfig> Valid => Section(typeof(RunConfig)).Select(values => Reconcile((RunConfig)values)).ToArbitrary();

    /// <summary>One generator a key; each value given to a key is drawn whole, then the section is put together.</summary>
    private static Gen<object> Section(Type type)
    {
        PropertyInfo[] keys = [.. type.GetProperties().Where(p => p.IsDefined(typeof(ConfigKeyAttribute)))];
        return Gen.CollectToArray(keys, Value).Select(values =>
        {
            object section = Activator.CreateInstance(type)!;
            for (int k = 0; k < keys.Length; k++)
            {
                keys[k].SetValue(section, values[k]);
            }

            return section;
        });
    }

    private static Gen<object?> Value(PropertyInfo property)
    {
        ConfigKeyAttribute key = property.GetCustomAttribute<ConfigKeyAttribute>()!;
        Type? underlying = Nullable.GetUnderlyingType(property.PropertyType);
        bool nullable = new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable;
        Gen<object?> value = NotNull(underlying ?? property.PropertyType, key).Select(v => (object?)v);
        return nullable ? Gen.OneOf(value, Gen.Constant<object?>(null)) : value;
    }

    private static Gen<object> NotNull(Type type, ConfigKeyAttribute key)
    {
        Gen<int> small = Gen.Choose((int)Math.Max(key.Min, -1000), (int)Math.Min(key.Max, 1000));
        return type switch
        {
            _ when type == typeof(int) => small.Select(n => (object)n),
            _ when type == typeof(long) => Gen.OneOf(small.Select(n => (object)(long)n), Gen.Constant<object>(long.MaxValue)),
            _ when type == typeof(double) => Real(key).Select(x => (object)x),
            _ when type == typeof(bool) => Gen.Elements(true, false).Select(b => (object)b),
            _ when type == typeof(string) => Gen.Elements(key.Pattern is null ? Texts : Names).Select(s => (object)(key.IsPath ? Path.GetFullPath(s) : s)),
            _ when type == typeof(LayerWidths) => small.ListOf().Select(list => (object)LayerWidths.Create([.. list.Take(key.MaxItems)])),
            _ when type.IsEnum => Gen.Elements(Enum.GetValues(type).Cast<object>().ToArray()),
            _ => Section(type),
        };
    }

    private static Gen<double> Real(ConfigKeyAttribute key)
    {
        double top = Math.Min(key.Max, 1e300);
        Gen<double> inside = Gen.Choose(1, 999_999).Select(n => key.Min + ((Math.Min(key.Max, key.Min + 5) - key.Min) * n / 1_000_000.0));
        Gen<double> tiny = Gen.Choose(-300, -1).Select(e => key.Min + Math.Pow(10, e)).Where(x => x > key.Min);
        Gen<double> edges = Gen.Elements(
            key.ExclusiveMin ? Math.BitIncrement(key.Min) : key.Min,
            key.ExclusiveMax ? Math.BitDecrement(top) : top);
        return Gen.OneOf(inside, tiny, edges);
    }

    /// <summary>Makes keys agree that were drawn apart.</summary>
    private static RunConfig Reconcile(RunConfig config) => config with
    {
        Data = config.Data.Source is DataSource.Idx or DataSource.Csv
            ? config.Data with { Path = Path.GetFullPath("a"), LabelsPath = Path.GetFullPath("b"), TestLabelsPath = config.Data.TestPath }
            : config.Data with { Features = Math.Min(config.Data.Features, 20) }, // so many that any number of examples fits
        Clip = config.Clip is { } clip ? new ClipConfig { Norm = clip.Norm, Value = clip.Norm is null ? clip.Value ?? 1 : null } : null,
        Optimizer = config.Optimizer with
        {
            Nesterov = config.Optimizer is { Nesterov: true, Momentum: > 0, Kind: not (OptimizerKind.Adam or OptimizerKind.Adamw) },
            MomentumSchedule = config.Optimizer.Momentum > 0 ? config.Optimizer.MomentumSchedule : null,
        },
        Model = config.Model with { Hidden = LayerWidths.Create([.. config.Model.Hidden.Select(width => Math.Min(width, 1000))]) },
        Schedule = config.Schedule with { MinLearningRate = Math.Min(config.Schedule.MinLearningRate, config.Optimizer.LearningRate) },
        Cluster = config.Cluster with { Mode = config.Cluster.Backup < config.Data.Shards ? config.Cluster.Mode : ConsistencyMode.Sync },
        Monitor = config.Clip is { Norm: null } || config.Optimizer.Kind is OptimizerKind.Adam or OptimizerKind.Adamw
            ? config.Monitor with { Actions = new MonitorActionsConfig() } // some of which do not fit
            : config.Monitor,
        Training = config.Training with
        {
            Steps = config.Training.Epochs is null ? config.Training.Steps ?? 1 : null,
            BatchGrowth = config.Training is { BatchGrowth: { } growth, BatchSize: { } batch }
                ? growth with { Max = growth.Max is { } max ? Math.Max(max, batch) : null }
                : null,
        },
    };
}
