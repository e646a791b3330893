using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Hosting;

namespace DistSgd.Studies.Output;

/// <summary>
/// A study as JSON, the content of <c>study.json</c>: each table an array with one object a row, NaN and infinities as strings.
/// </summary>
public static class StudyJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes a study.</summary>
    /// <param name="result">What was found.</param>
    /// <returns>The text, without a final line end.</returns>
    public static string Write(StudyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var document = new
        {
            result.Name,
            result.Title,
            result.Command,
            Machine.ProductVersion,
            result.Summary,
            Tables = result.Tables.ToDictionary(table => table.Name, Rows),
            result.Claims,
        };
        return JsonSerializer.Serialize(document, Options);
    }

    private static Dictionary<string, object?>[] Rows(StudyTable table) =>
    [
        .. table.Rows.Select(row => row.Count == table.Columns.Count
            ? table.Columns.Zip(row).ToDictionary(cell => cell.First, cell => cell.Second)
            : throw new ArgumentException($"Table {table.Name} has {table.Columns.Count} columns and a row of {row.Count} cells.")),
    ];
}
