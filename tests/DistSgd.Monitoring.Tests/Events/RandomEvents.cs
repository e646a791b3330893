using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Tests.Events;

/// <summary>Events of every kind with random values, and their comparison by value, without any use of JSON.</summary>
public static class RandomEvents
{
    private static readonly double[] SpecialDoubles =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, double.Epsilon, double.MaxValue, 0.1, 1.0 / 3];

    private static readonly string[] SpecialTexts =
        ["", "plain", "\"quoted\" \\ {braces}", "<script>alert(1)</script>", "line\nbreak\ttab", "Grüße 語 😀", "\"Event\":\"step\""];

    public static TrainingEvent Next(Random random, Type kind)
    {
        object trainingEvent = RuntimeHelpers.GetUninitializedObject(kind);
        var nullability = new NullabilityInfoContext();
        foreach (PropertyInfo property in Settable(kind))
        {
            bool canBeNull = nullability.Create(property).WriteState == NullabilityState.Nullable;
            property.SetValue(trainingEvent, canBeNull && random.Next(3) == 0 ? null : Value(random, property.PropertyType));
        }

        return (TrainingEvent)trainingEvent;
    }

    public static void ShouldHaveTheValuesOf(this TrainingEvent? actual, TrainingEvent expected)
    {
        actual.ShouldNotBeNull().GetType().ShouldBe(expected.GetType());
        foreach (PropertyInfo property in Settable(expected.GetType()))
        {
            object? expectedValue = property.GetValue(expected);
            object? actualValue = property.GetValue(actual);
            if (expectedValue is JsonObject tree)
            {
                JsonNode.DeepEquals(tree, (JsonObject?)actualValue).ShouldBeTrue($"{property.Name}: {tree} became {actualValue}");
            }
            else if (expectedValue is IEnumerable list and not string)
            {
                actualValue.ShouldBeAssignableTo<IEnumerable>()!.Cast<object>().ShouldBe(list.Cast<object>(), property.Name);
            }
            else
            {
                actualValue.ShouldBe(expectedValue, property.Name);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Settable(Type kind) => kind.GetProperties().Where(property => property.CanWrite);

    private static object Value(Random random, Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => Text(random),
        var t when t == typeof(int) => random.Next(),
        var t when t == typeof(long) => random.NextInt64(),
        var t when t == typeof(ulong) => (ulong)random.NextInt64() * 2,
        var t when t == typeof(double) => Number(random),
        var t when t == typeof(DateTimeOffset) => new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero),
        var t when t == typeof(IReadOnlyList<int>) => Enumerable.Range(0, random.Next(5)).Select(_ => random.Next()).ToArray(),
        var t when t == typeof(IReadOnlyDictionary<string, int>) =>
            Enumerable.Range(0, random.Next(3)).ToDictionary(i => $"{Text(random)}{i}", _ => random.Next()),
        var t when t == typeof(JsonObject) => Tree(random),
        _ => throw new NotSupportedException($"No random values of {type}."),
    };

    private static string Text(Random random) => SpecialTexts[random.Next(SpecialTexts.Length)];

    private static double Number(Random random) => random.Next(3) == 0
        ? SpecialDoubles[random.Next(SpecialDoubles.Length)]
        : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30));

    private static JsonObject Tree(Random random) => new()
    {
        ["name"] = Text(random),
        ["Event"] = "nested, not the kind",
        ["seed"] = random.NextInt64(),
        ["rate"] = (random.NextDouble() - 0.5) * 1e-3,
        ["nesterov"] = random.Next(2) == 0,
        ["clip"] = null,
        ["model"] = new JsonObject { ["hidden"] = new JsonArray(128, 64) },
    };
}
