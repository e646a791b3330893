namespace DistSgd.Reports;

/// <summary>The library that draws the charts, Plotly.js: fetched when the product is built, carried inside the assembly.</summary>
/// <remarks>
/// It is the edition that never turns text into code, so that a page can forbid it. It is kept compressed, and so it stands in a
/// page: a report is a third as large, and the browser has unpacked it in a fraction of a second.
/// </remarks>
public static class ChartLibrary
{
    private const string Script = "plotly.js.gz";
    private const string LicenseText = "plotly.license";

    /// <summary>True if the product was built with the library; without it a page has its texts and tables alone.</summary>
    public static bool IsAvailable { get; } = Resources.Has(Script) && Resources.Has(LicenseText);

    /// <summary>What to do about a product that was built without the library.</summary>
    public static string HowToGet =>
        "This copy of DistSgd was built without Node.js, which fetches the charting library: install Node.js 20 or later, build again, "
        + "and write the report anew. Texts and tables are complete.";

    /// <summary>The compressed script as text that can stand in a page.</summary>
    internal static string Base64 => Convert.ToBase64String(Resources.Bytes(Script));

    /// <summary>The licence under which the script is passed on.</summary>
    internal static string License => Resources.Text(LicenseText).Trim();
}
