using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Json;

namespace DistSgd.Hosting.Logging;

/// <summary>
/// Writes a log event as one line of compact JSON (CLEF, https://clef-json.org): <c>@t</c>, <c>@mt</c>, <c>@l</c> unless Information,
/// <c>@x</c>, then the properties in their order. A property whose name begins with @ gets a second one.
/// </summary>
public sealed class ClefFormatter : ITextFormatter
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    private readonly JsonValueFormatter _values = new(typeTagName: null);

    /// <summary>Writes one event and a line break.</summary>
    /// <param name="logEvent">The event.</param>
    /// <param name="output">Receives the line.</param>
    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write("{\"@t\":\"");
        output.Write(logEvent.Timestamp.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture));
        output.Write("\",\"@mt\":");
        JsonValueFormatter.WriteQuotedJsonString(logEvent.MessageTemplate.Text, output);
        if (logEvent.Level != LogEventLevel.Information)
        {
            output.Write(",\"@l\":\"");
            output.Write(logEvent.Level);
            output.Write('"');
        }

        if (logEvent.Exception is { } exception)
        {
            output.Write(",\"@x\":");
            JsonValueFormatter.WriteQuotedJsonString(exception.ToString(), output);
        }

        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties)
        {
            output.Write(',');
            JsonValueFormatter.WriteQuotedJsonString(name.StartsWith('@') ? '@' + name : name, output);
            output.Write(':');
            _values.Format(value, output);
        }

        output.Write("}\n");
    }
}
