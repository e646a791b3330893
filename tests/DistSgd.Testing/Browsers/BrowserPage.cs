using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;
using Xunit;

namespace DistSgd.Testing.Browsers;

/// <summary>A page in the browser, with everything that it complained of and asked for.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private const string AxeScript = "axe.js";
    private const int MostTries = 300;
    private const int PauseMilliseconds = 50;

    private readonly IBrowserContext _context;
    private readonly string _directory;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _requests = new();

    private BrowserPage(IBrowserContext context, IPage page, string directory)
    {
        _context = context;
        _directory = directory;
        Page = page;
        page.Console += (_, message) => Note(message);
        page.PageError += (_, error) => _complaints.Enqueue($"uncaught: {error}");
        page.Request += (_, request) => _requests.Enqueue(request.Url);
    }

    /// <summary>Playwright's page.</summary>
    public IPage Page { get; }

    /// <summary>Warnings and errors of the console, and exceptions that nobody caught.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Addresses that the page asked for beyond its own file and what it made itself.</summary>
    public IEnumerable<string> OutsideRequests =>
        _requests.Where(url => !url.StartsWith("data:", StringComparison.Ordinal) && !url.StartsWith("blob:", StringComparison.Ordinal)).Skip(1);

    /// <summary>Waits until a report's script has drawn all its charts.</summary>
    public Task DrawnAsync() => Page.WaitForSelectorAsync("html[data-ready]", new() { State = WaitForSelectorState.Attached });

    /// <summary>Waits until an expression is true; the page's policy forbids Playwright's own way of waiting for one.</summary>
    /// <param name="expression">A condition in JavaScript.</param>
    public async Task UntilAsync(string expression)
    {
        for (int tries = 0; !await Page.EvaluateAsync<bool>(expression); tries++)
        {
            if (tries == MostTries)
            {
                throw new TimeoutException($"Not true in time: {expression}");
            }

            await Task.Delay(PauseMilliseconds);
        }
    }

    /// <summary>What axe-core finds wrong with the page's accessibility, one line a finding.</summary>
    public async Task<IReadOnlyList<string>> AccessibilityViolationsAsync()
    {
        await using Stream? stream = typeof(BrowserPage).Assembly.GetManifestResourceStream(AxeScript);
        Skip.If(stream is null, "The tests were built without axe-core; install Node.js and build again.");
        using var reader = new StreamReader(stream!);
        await Page.EvaluateAsync(await reader.ReadToEndAsync());
        JsonElement? result = await Page.EvaluateAsync("""
            async () => (await axe.run()).violations.flatMap(violation =>
              violation.nodes.map(node => `${violation.id}: ${violation.help}: ${node.target} ${node.any.map(check => check.message).join('; ')}`))
            """);
        return [.. result!.Value.EnumerateArray().Select(line => line.GetString()!)];
    }

    /// <summary>Closes the page.</summary>
    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        Directory.Delete(_directory, recursive: true);
    }

    internal static async Task<BrowserPage> OpenAsync(IBrowserContext context, string html)
    {
        string directory = Directory.CreateTempSubdirectory("distsgd-page-").FullName;
        string file = Path.Combine(directory, "page.html");
        await File.WriteAllTextAsync(file, html);
        var opened = new BrowserPage(context, await context.NewPageAsync(), directory);
        await opened.Page.GotoAsync(new Uri(file).AbsoluteUri);
        return opened;
    }

    private void Note(IConsoleMessage message)
    {
        // A software renderer warns of its own slowness, which is no fault of a page.
        bool isOfRenderer = message.Text.Contains("GL Driver Message", StringComparison.Ordinal);
        if (message.Type is "warning" or "error" && !isOfRenderer)
        {
            _complaints.Enqueue($"{message.Type}: {message.Text}");
        }
    }
}
