using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Reports.Charts;

namespace DistSgd.Reports.Data;

/// <summary>Writes a chart as JSON that can stand in a page: the members of its record, with the kind of chart before them.</summary>
/// <remarks>The encoder escapes every character that could end the element or begin markup.</remarks>
internal static class ChartJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new NumberConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Writes a chart.</summary>
    /// <exception cref="ArgumentException">The chart is of an unknown kind.</exception>
    public static string Write(Chart chart) => JsonSerializer.Serialize(new Envelope(KindOf(chart), chart), Options);

    private static string KindOf(Chart chart) => chart switch
    {
        LineChart => "line",
        ContourChart => "contour",
        HeatMap => "heat",
        SurfaceChart => "surface",
        _ => throw new ArgumentException($"No page knows a chart of kind {chart.GetType().Name}.", nameof(chart)),
    };

    /// <param name="Kind">Which chart it is.</param>
    /// <param name="Chart">The chart; an object, so that the members of its own kind are written.</param>
    private sealed record Envelope(string Kind, object Chart);

    /// <summary>Numbers that JSON has no word for become null, which a chart shows as a gap.</summary>
    private sealed class NumberConverter : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Pages are written only.");

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
