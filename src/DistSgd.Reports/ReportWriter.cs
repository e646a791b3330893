namespace DistSgd.Reports;

/// <summary>Writes a page as one self-contained HTML file.</summary>
public static class ReportWriter
{
    /// <summary>Renders a page.</summary>
    /// <param name="page">The page.</param>
    /// <returns>The HTML.</returns>
    public static string ToHtml(ReportPage page)
    {
        ArgumentNullException.ThrowIfNull(page);
        throw new NotImplementedException();
    }
}
