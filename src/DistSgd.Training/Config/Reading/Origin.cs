namespace DistSgd.Training.Config.Reading;

/// <summary>Where a value was written: a line of a file, or a <c>--set</c> of the command line.</summary>
/// <param name="Source">File as the user named it, or the dotted key of the override.</param>
/// <param name="Line">Line, from 1; 0 for an override.</param>
internal readonly record struct Origin(string Source, int Line)
{
    /// <summary>Whether the value comes from the command line.</summary>
    public bool IsOverride => Line == 0;

    /// <summary>Where a relative path begins that is written here: the directory of the file, or of the command line the current one.</summary>
    public string Directory => IsOverride ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(Source)) ?? Source;

    /// <summary>The origin of an override.</summary>
    public static Origin OfOverride(string key) => new(key, 0);

    /// <summary>Whether this place comes before another: the file from top to bottom, then the command line.</summary>
    public bool Precedes(Origin other) => IsOverride == other.IsOverride ? Line < other.Line : other.IsOverride;

    /// <summary>One line of a message: the place, the dotted key where the place does not tell it, the text.</summary>
    public string Describe(string path, string text)
    {
        string key = path.Length == 0 || (IsOverride && path == Source) ? "" : $"{path}: ";
        return $"{this}: {key}{text}";
    }

    /// <inheritdoc/>
    public override string ToString() => IsOverride ? $"--set {Source}" : $"{Source}:{Line}";
}
