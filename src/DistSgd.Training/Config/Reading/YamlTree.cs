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

    private readonly Parser _parser;
    private readonly Func<int, Origin> _originOfLine;

    private YamlTree(string yaml, Func<int, Origin> originOfLine)
    {
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
        try
        {
            return new YamlTree(yaml, originOfLine).ReadDocument();
        }
        catch (YamlException e)
        {
            throw new InputException($"{originOfLine((int)e.Start.Line)}: not valid YAML at column {e.Start.Column}: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or ArgumentException)
        {
            // On some broken texts the parser trips over its own events or tags instead of saying what is wrong.
            throw new InputException($"{originOfLine(1)}: not valid YAML: {e.Message}", e);
        }
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
        ParsingEvent first = _parser.Consume<ParsingEvent>();
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
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(depth + 1));
        }

        return items;
    }

    private List<MappingEntry> ReadEntries(int depth)
    {
        var entries = new List<MappingEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
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

    private Origin OriginOf(ParsingEvent parsed) => _originOfLine((int)parsed.Start.Line);

    private InputException Refuse(ParsingEvent parsed, string problem) => new(OriginOf(parsed).Describe("", problem));
}
