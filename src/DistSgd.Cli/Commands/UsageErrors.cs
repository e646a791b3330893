using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using DistSgd.Training.Config;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Cli.Commands;

/// <summary>Says what is wrong with a command line: the first mistake alone, with what was meant if that can be guessed.</summary>
internal static class UsageErrors
{
    /// <summary>The first mistake.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>The message; null if nothing is wrong but a command that may be missing, see <see cref="LacksCommand"/>.</returns>
    public static string? Find(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string[] unknown = [.. TakenForArguments(parsed), .. parsed.UnmatchedTokens];
        if (unknown is [])
        {
            return parsed.Errors is [{ } error, ..] && !LacksCommand(parsed) ? error.Message : null;
        }

        string word = unknown[0];
        string? value = unknown.Length > 1 && !IsOption(unknown[1]) ? unknown[1] : null;
        return command.Subcommands.Count > 0
            ? $"no {(IsOption(word) ? "option" : "command")} is named '{word}'{DidYouMean(word, value, command)}"
            : IsOption(word) ? $"{command.Name} has no option '{word}'{DidYouMean(word, value, command)}"
            : $"{command.Name}: unexpected argument '{word}'.";
    }

    /// <summary>True if there is no mistake but that the command line ends before it says what to do.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>Whether a command is missing.</returns>
    public static bool LacksCommand(ParseResult parsed) =>
        parsed is { Errors.Count: > 0, UnmatchedTokens.Count: 0 } && parsed.CommandResult.Command.Subcommands.Count > 0;

    /// <summary>The command as the user types it, from the program's name on.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>For instance <c>distsgd config check</c>.</returns>
    public static string FullName(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult { Command: not RootCommand } command; at = at.Parent)
        {
            names.Push(command.Command.Name);
        }

        return string.Join(' ', names.Prepend("distsgd"));
    }

    // The parser takes an option that it does not know for an argument, wherever one is still wanted.
    private static IEnumerable<string> TakenForArguments(ParseResult parsed)
    {
        bool meant = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash);
        IEnumerable<Token> taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens);
        return meant ? [] : taken.Select(token => token.Value).Where(IsOption);
    }

    private static bool IsOption(string word) => word.Length > 1 && word[0] == '-';

    private static string DidYouMean(string word, string? value, Command command)
    {
        string[] parts = word.Split('=', 2);
        if (IsOption(word) && ConfigKey(parts[0]) is { } key)
        {
            return $"; did you mean '--set {key}={(parts.Length > 1 ? parts[1] : value ?? "VALUE")}'?";
        }

        IEnumerable<string> known = command.Subcommands.Select(sub => sub.Name).Concat(command.Options.Select(option => option.Name));
        ILookup<string, string> bare = known.ToLookup(name => name.TrimStart('-'));
        return Spelling.Nearest(parts[0].TrimStart('-'), bare.Select(group => group.Key)) is { } nearest
            ? $"; did you mean '{bare[nearest].First()}'?"
            : ".";
    }

    /// <summary>The config key that an option of that name would be for: <c>--batch-size</c> is training.batch_size.</summary>
    private static string? ConfigKey(string option)
    {
        string wanted = option.TrimStart('-').Replace('-', '_');
        JsonObject sections = JsonNode.Parse(ConfigSchema.ToJson())!["properties"]!.AsObject();
        foreach ((string section, JsonNode? schema) in sections)
        {
            if (section == wanted && schema!["properties"] is null)
            {
                return section;
            }

            if (schema!["properties"] is JsonObject keys && keys.ContainsKey(wanted))
            {
                return $"{section}.{wanted}";
            }
        }

        return null;
    }
}
