using System.Text;

namespace DistSgd.Cli.Tests.Views;

/// <summary>What a terminal of a given width shows after some output: as much of ECMA-48 as the display uses, followed strictly.</summary>
/// <remarks>A count of 0 means 1, as in real terminals; lines that are too long go on in the next row.</remarks>
public sealed class Screen(int width)
{
    private readonly List<StringBuilder> _rows = [new()];
    private int _row;
    private int _column;

    /// <summary>The rows without trailing blanks, without empty ones at the end.</summary>
    public string[] Rows
    {
        get
        {
            string[] rows = [.. _rows.Select(row => row.ToString().TrimEnd())];
            return rows[..(Array.FindLastIndex(rows, row => row.Length > 0) + 1)];
        }
    }

    /// <summary>Rows that continue the one above because it did not fit.</summary>
    public int Broken { get; private set; }

    public Screen Write(string output)
    {
        for (int at = 0; at < output.Length; at++)
        {
            switch (output[at])
            {
                case '\e' when at + 1 < output.Length && output[at + 1] == '[':
                    int end = at + 2;
                    while (output[end] is < '@' or > '~')
                    {
                        end++;
                    }

                    Control(output[(at + 2)..end], output[end]);
                    at = end;
                    break;
                case '\e':
                    at++;
                    break;
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    MoveDown();
                    _column = 0;
                    break;
                default:
                    Put(output[at]);
                    break;
            }
        }

        return this;
    }

    private void Control(string parameters, char final)
    {
        int count = int.TryParse(parameters, out int number) && number > 0 ? number : 1;
        switch (final)
        {
            case 'A':
                _row = Math.Max(0, _row - count);
                break;
            case 'K':
                Cut(_row, _column);
                break;
            case 'J':
                Cut(_row, _column);
                _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
                break;
            case 'm' or 'h' or 'l':
                break;
            default:
                throw new NotSupportedException($"The display sent the control sequence '{parameters}{final}'.");
        }
    }

    private void Put(char c)
    {
        if (_column == width)
        {
            Broken++;
            MoveDown();
            _column = 0;
        }

        StringBuilder row = _rows[_row];
        row.Append(' ', Math.Max(0, _column + 1 - row.Length));
        row[_column++] = c;
    }

    private void MoveDown()
    {
        if (++_row == _rows.Count)
        {
            _rows.Add(new StringBuilder());
        }
    }

    private void Cut(int row, int column) => _rows[row].Length = Math.Min(_rows[row].Length, column);
}
