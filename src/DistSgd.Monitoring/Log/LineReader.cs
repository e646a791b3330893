namespace DistSgd.Monitoring.Log;

/// <summary>Cuts a stream of bytes into lines without copying them one by one.</summary>
internal sealed class LineReader
{
    /// <summary>A longer line is no event of ours; it is handed out in pieces so that memory stays bounded.</summary>
    public const int MaxLineBytes = 16 * 1024 * 1024;

    private const int InitialBufferBytes = 64 * 1024;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[InitialBufferBytes];
    private int _start;
    private int _end;

    public LineReader(Stream stream) => _stream = stream;

    /// <summary>Whether the last line handed out ended in a line break.</summary>
    public bool LineIsComplete { get; private set; }

    /// <summary>The next line without its line break; valid until the next call.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                LineIsComplete = true;
                line = Take(searched + length, skip: 1);
                return true;
            }

            searched = _end - _start;
            if (searched == MaxLineBytes || !Fill())
            {
                LineIsComplete = false;
                line = Take(searched, skip: 0);
                return searched > 0;
            }
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int skip)
    {
        var line = new ReadOnlyMemory<byte>(_buffer, _start, length);
        _start += length + skip;
        return line;
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, MaxLineBytes));
        }

        int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
