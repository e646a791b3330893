using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Training.Config.Declarations;

/// <summary>A whole number in a range; decimal digits only. The property is an <see cref="int"/> or a <see cref="long"/>.</summary>
internal sealed class WholeNumberKind(ConfigKeyAttribute declaration, long largest) : ValueKind
{
    // The conversion saturates, so an infinite limit becomes the limit of the type.
    private readonly long _min = (long)declaration.Min;
    private readonly long _max = Math.Min(largest, (long)declaration.Max);

    /// <inheritdoc/>
    public override string Expected => $"a whole number {Limits}";

    /// <summary>The range in words.</summary>
    public string Limits => $"from {_min} to {_max}";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node) =>
        node is ScalarNode { IsPlain: true } scalar
        && long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
        && number >= _min && number <= _max
            ? largest == int.MaxValue ? (object)(int)number : number
            : null;

    /// <inheritdoc/>
    public override string Format(object value) => Convert.ToInt64(value).ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => JsonValue.Create(Convert.ToInt64(value));

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "integer", ["minimum"] = _min, ["maximum"] = _max };
}

/// <summary>A finite real number in a range.</summary>
internal sealed partial class RealNumberKind(ConfigKeyAttribute declaration) : ValueKind
{
    /// <inheritdoc/>
    public override string Expected
    {
        get
        {
            string min = Text(declaration.Min);
            string max = Text(declaration.Max);
            bool hasMax = double.IsFinite(declaration.Max);
            string below = declaration.ExclusiveMax ? $"below {max}" : max;
            return (double.IsFinite(declaration.Min), declaration.ExclusiveMin) switch
            {
                (false, _) => hasMax ? $"a finite number up to {below}" : "a finite number",
                (true, true) => $"a finite number above {min}" + (hasMax ? $", up to {below}" : ""),
                (true, false) => hasMax ? $"a finite number from {min} to {below}" : $"a finite number of at least {min}",
            };
        }
    }

    /// <inheritdoc/>
    public override object? Read(ConfigNode node)
    {
        if (node is not ScalarNode { IsPlain: true } scalar || !Decimal().IsMatch(scalar.Text))
        {
            return null;
        }

        // Adding zero turns -0 into 0, so that equal numbers are written alike.
        double number = double.Parse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture) + 0.0;
        return IsAllowed(number) ? number : null;
    }

    /// <inheritdoc/>
    public override string Format(object value) => Text((double)value);

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => JsonValue.Create((double)value);

    /// <inheritdoc/>
    public override JsonObject Schema()
    {
        var schema = new JsonObject { ["type"] = "number" };
        if (double.IsFinite(declaration.Min))
        {
            schema[declaration.ExclusiveMin ? "exclusiveMinimum" : "minimum"] = declaration.Min;
        }

        if (double.IsFinite(declaration.Max))
        {
            schema[declaration.ExclusiveMax ? "exclusiveMaximum" : "maximum"] = declaration.Max;
        }

        return schema;
    }

    /// <summary>The shortest text that reads back as the number, with a point before an exponent: YAML 1.1 asks for one.</summary>
    public static string Text(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        return text.Contains('.') ? text : text.Replace("e", ".0e");
    }

    private bool IsAllowed(double number) =>
        double.IsFinite(number)
        && (declaration.ExclusiveMin ? number > declaration.Min : number >= declaration.Min)
        && (declaration.ExclusiveMax ? number < declaration.Max : number <= declaration.Max);

    // The numbers of YAML's core schema, without its words for NaN and infinity.
    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Decimal();
}

/// <summary>Widths of layers: a list of whole numbers in a range.</summary>
internal sealed class LayerWidthsKind(ConfigKeyAttribute declaration) : ValueKind
{
    private readonly WholeNumberKind _width = new(declaration, int.MaxValue);

    /// <inheritdoc/>
    public override string Expected => $"a list of at most {declaration.MaxItems} whole numbers, each {_width.Limits}, such as [64, 32]";

    /// <inheritdoc/>
    public override object? Read(ConfigNode node)
    {
        if (node is not SequenceNode sequence || sequence.Items.Count > declaration.MaxItems)
        {
            return null;
        }

        object?[] widths = [.. sequence.Items.Select(_width.Read)];
        return widths.Contains(null) ? null : LayerWidths.Create([.. widths.Cast<int>()]);
    }

    /// <inheritdoc/>
    public override string Format(object value) => ((LayerWidths)value).ToString();

    /// <inheritdoc/>
    public override JsonNode ToJson(object value) => new JsonArray([.. ((LayerWidths)value).Select(width => JsonValue.Create(width))]);

    /// <inheritdoc/>
    public override JsonObject Schema() => new() { ["type"] = "array", ["items"] = _width.Schema(), ["maxItems"] = declaration.MaxItems };
}
