using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace DistSgd.Cli.Commands;

/// <summary>Options that are numbers with a range. Numbers have a decimal point, wherever the program runs.</summary>
internal static class NumberOptions
{
    /// <summary>A real number.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">Its description.</param>
    /// <param name="range">The range in words, for the message: <c>above 0</c>.</param>
    /// <param name="isInRange">Whether a number lies in it.</param>
    /// <param name="standard">Named in the help as the default; null for none.</param>
    /// <returns>The option; without it on the command line its value is null.</returns>
    public static Option<double?> Real(string name, string description, string range, Func<double, bool> isInRange, double? standard = null) =>
        new(name)
        {
            Description = WithDefault(description, standard),
            HelpName = "X",
            CustomParser = result => Parse(result, $"a number {range}", isInRange),
        };

    /// <summary>A whole number.</summary>
    /// <param name="name">Name of the option.</param>
    /// <param name="description">Its description.</param>
    /// <param name="least">Smallest number allowed.</param>
    /// <param name="most">Largest number allowed.</param>
    /// <param name="standard">Named in the help as the default; null for none.</param>
    /// <returns>The option; without it on the command line its value is null.</returns>
    public static Option<int?> Whole(string name, string description, int least, int most, int? standard = null) => new(name)
    {
        Description = WithDefault(description, standard),
        HelpName = "N",
        CustomParser = result => (int?)Parse(
            result, $"a whole number from {least} to {most}", value => value >= least && value <= most && value == Math.Floor(value)),
    };

    /// <summary>The seed of a study.</summary>
    /// <param name="standard">Its default.</param>
    /// <returns>The option; without it on the command line its value is null.</returns>
    public static Option<ulong?> Seed(ulong standard) => Seed(WithDefault("Seed of every random number.", standard));

    /// <summary>A seed.</summary>
    /// <param name="description">Its description.</param>
    /// <returns>The option; without it on the command line its value is null.</returns>
    public static Option<ulong?> Seed(string description) => new("--seed")
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
            {
                return seed;
            }

            AddError(result, text, $"a whole number from 0 to {ulong.MaxValue}");
            return null;
        },
    };

    /// <summary>Reads a number without thousands separators: 0,1 is two coordinates or a mistake, never 1.</summary>
    public static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);

    /// <summary>Refuses what was given.</summary>
    public static void AddError(ArgumentResult result, string found, string expected) =>
        result.AddError($"{((OptionResult)result.Parent!).Option.Name}: found '{found}'; expected {expected}.");

    private static double? Parse(ArgumentResult result, string expected, Func<double, bool> isInRange)
    {
        string text = result.Tokens[0].Value;
        if (TryParse(text, out double value) && isInRange(value))
        {
            return value;
        }

        AddError(result, text, expected);
        return null;
    }

    private static string WithDefault(string description, IFormattable? standard) =>
        standard is null ? description : $"{description} [default: {standard.ToString(null, CultureInfo.InvariantCulture)}]";
}
