namespace DistSgd.Testing.Browsers;

/// <summary>The eyes that a page is looked at with.</summary>
public sealed record BrowserView
{
    /// <summary>Width of the window in pixels.</summary>
    public int Width { get; init; } = 1280;

    /// <summary>Height of the window in pixels.</summary>
    public int Height { get; init; } = 900;

    /// <summary>True for somebody who prefers dark pages.</summary>
    public bool IsDark { get; init; }

    /// <summary>False for a browser that cannot draw in three dimensions.</summary>
    public bool HasWebGl { get; init; } = true;
}
