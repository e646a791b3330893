using DistSgd.Learning;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DistSgd.Training.Config.Reading;

/// <summary>Reads one YAML document into nodes that know their lines.</summary>
/// <remarks>
/// Works on the parser's events, so that hostile input is refused before it costs anything: nesting is limited, and anchors,
/// aliases and tags, with which a small file can stand for a huge one, have no use in a config.
/// </remarks>
internal sealed class YamlTree
{
    private const int DeepestNesting = 16;

    private readonly string _text;
    private readonly Parser _parser;
    private readonly Stack<ParsingEvent> _open = new();
    private readonly Func<int, Origin> _originOfLine;

    private YamlTree(string yaml, Func<int, Origin> originOfLine)
    {
        _text = yaml;
        _parser = new Parser(new StringReader(yaml));
        _originOfLine = originOfLine;
    }

    /// <summary>Reads a document.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="originOfLine">Names the place of a line, from 1.</param>
    /// <returns>The root, or null if the text holds no document.</returns>
    /// <exception cref="InputException">Not YAML, or more of YAML than a config may use.</exception>
    public static ConfigNode? Read(string yaml, Func<int, Origin> originOfLine)
    {
        var tree = new YamlTree(yaml, originOfLine);
        try
        {
            return tree.ReadDocument();
        }
        catch (YamlException e)
        {
            throw tree.SyntaxError(e, (int)e.Start.Line, $" at column {e.Start.Column}: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or ArgumentException)
        {
            // On some broken texts the parser trips over its own events or tags instead of saying what is wrong.
            throw tree.SyntaxError(e, tree.LastLine, " here or below");
        }
    }

    /// <summary>Line of the last event that was understood.</summary>
    private int LastLine => Math.Max(1, (int)(_parser.Current?.End.Line ?? 1));

    /// <summary>
    /// Names the line where the mistake is rather than where the parser noticed it: it notices an open bracket at the next thing that
    /// cannot stand inside, and a tab not at all in its own line.
    /// </summary>
    private InputException SyntaxError(Exception cause, int line, string problem)
    {
        string message = $"{_originOfLine(line)}: not valid YAML{problem}";
        if (TabbedLine() is { } tabbed && (cause is not YamlException || cause.Message.Contains("tab", StringComparison.Ordinal)))
        {
            message = $"{_originOfLine(tabbed)}: not valid YAML: a tab in the indentation; YAML indents by spaces";
        }
        else if (_open.FirstOrDefault(IsBracket) is { } open)
        {
            string kind = open is SequenceStart ? "list that [" : "mapping that {";
            message = $"{OriginOf(open)}: not valid YAML: the {kind} opens at column {open.Start.Column} is not closed as it should be";
        }

        return new InputException(message, cause);
    }

    private static bool IsBracket(ParsingEvent start) =>
        start is SequenceStart { Style: SequenceStyle.Flow } or MappingStart { Style: MappingStyle.Flow };

    /// <summary>The first line not yet understood that is indented by a tab, or null.</summary>
    private int? TabbedLine()
    {
        string[] lines = _text.Split('\n');
        int understood = Math.Min(LastLine, lines.Length) - 1;
        int first = Array.FindIndex(lines, understood, line => line.AsSpan()[..^line.AsSpan().TrimStart(" \t").Length].Contains('\t'));
        return first < 0 ? null : first + 1;
    }

    private ConfigNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            return null;
        }

        _parser.Consume<DocumentStart>();
        ConfigNode root = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        return _parser.Consume<ParsingEvent>() is DocumentStart second
            ? throw Refuse(second, "a second document begins here; a config is one document")
            : root;
    }

    private ConfigNode ReadNode(int depth)
    {
        // The parser looks ahead when an event is consumed, and may fail there: what is open is noted before.
        ParsingEvent first = _parser.Require<ParsingEvent>();
        if (first is SequenceStart or MappingStart)
        {
            _open.Push(first);
        }

        _parser.MoveNext();
        if (first is AnchorAlias || (first is NodeEvent node && !(node.Anchor.IsEmpty && node.Tag.IsEmpty)))
        {
            throw Refuse(first, "anchors (&), aliases (*) and tags (!) are not used in a config; write the value itself");
        }

        if (depth > DeepestNesting)
        {
            throw Refuse(first, $"nested deeper than {DeepestNesting} levels");
        }

        return first switch
        {
            Scalar scalar => new ScalarNode(OriginOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain),
            SequenceStart => new SequenceNode(OriginOf(first), ReadItems(depth)),
            _ => new MappingNode(OriginOf(first), ReadEntries(depth)),
        };
    }

    private List<ConfigNode> ReadItems(int depth)
    {
        var items = new List<ConfigNode>();
        while (!Closes<SequenceEnd>())
        {
            items.Add(ReadNode(depth + 1));
        }

        return items;
    }

    private List<MappingEntry> ReadEntries(int depth)
    {
        var entries = new List<MappingEntry>();
        while (!Closes<MappingEnd>())
        {
            ConfigNode key = ReadNode(depth + 1);
            if (key is not ScalarNode { Text: var name })
            {
                throw new InputException(key.Origin.Describe("", $"found {key.Found} as a key; expected a word"));
            }

            entries.Add(new MappingEntry(name, key.Origin, ReadNode(depth + 1)));
        }

        return entries;
    }

    private bool Closes<TEnd>()
        where TEnd : ParsingEvent
    {
        if (!_parser.Accept<TEnd>(out _))
        {
            return false;
        }

        _open.Pop();
        _parser.MoveNext();
        return true;
    }

    private Origin OriginOf(ParsingEvent parsed) => _originOfLine((int)parsed.Start.Line);

    private InputException Refuse(ParsingEvent parsed, string problem) => new(OriginOf(parsed).Describe("", problem));
}
