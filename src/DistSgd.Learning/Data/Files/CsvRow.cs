using System.Runtime.InteropServices;

namespace DistSgd.Learning.Data.Files;

/// <summary>
/// The fields of one line of a CSV file, in buffers that are used again for every line.
/// </summary>
/// <remarks>Fields may be quoted, a quote inside doubled (RFC 4180); a field ends with its line.</remarks>
internal sealed class CsvRow
{
    private readonly List<char> _text = [];
    private readonly List<int> _ends = [];

    /// <summary>Number of fields.</summary>
    public int Count => _ends.Count;

    /// <summary>A field without its quotes and without space around it.</summary>
    public ReadOnlySpan<char> this[int field]
    {
        get
        {
            int start = field == 0 ? 0 : _ends[field - 1];
            return CollectionsMarshal.AsSpan(_text)[start.._ends[field]].Trim();
        }
    }

    /// <summary>Takes a line apart.</summary>
    /// <param name="line">The line without its end.</param>
    /// <returns>False if a quote is left open.</returns>
    public bool Split(ReadOnlySpan<char> line)
    {
        _text.Clear();
        _ends.Clear();
        bool quoted = false;
        for (int i = 0; i < line.Length; i++)
        {
            char c = line[i];
            bool doubled = quoted && c == '"' && i + 1 < line.Length && line[i + 1] == '"';
            if (doubled)
            {
                _text.Add('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c == ',' && !quoted)
            {
                _ends.Add(_text.Count);
            }
            else
            {
                _text.Add(c);
            }
        }

        _ends.Add(_text.Count);
        return !quoted;
    }
}
