using Microsoft.Playwright;
using Xunit;

namespace DistSgd.Testing.Browsers;

/// <summary>The machine's Chromium, driven by Playwright; a fixture that the tests of an assembly share.</summary>
/// <remarks>No browser is ever downloaded: where none is installed, the tests that ask for a page are skipped and say so.</remarks>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/google-chrome"];

    /// <summary>No sandbox, because tests run as root in containers; a software renderer, because those have no graphics card.</summary>
    private static readonly string[] Switches =
    [
        "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-component-update", "--disable-sync",
        "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    ];

    private readonly SemaphoreSlim _starting = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Where a browser is installed; null if none is.</summary>
    public static string? Executable { get; } = Places.FirstOrDefault(File.Exists);

    /// <summary>Nothing to prepare: the browser starts with the first page.</summary>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Opens a page from a file of its own and waits until it is loaded.</summary>
    /// <param name="html">The page.</param>
    /// <param name="view">How it is looked at.</param>
    public async Task<BrowserPage> OpenAsync(string html, BrowserView? view = null)
    {
        Skip.If(Executable is null, "No Chromium is installed; the package is named 'chromium'.");
        view ??= new BrowserView();
        IBrowser browser = await StartedAsync();
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = view.Width, Height = view.Height },
            ColorScheme = view.IsDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        if (!view.HasWebGl)
        {
            await context.AddInitScriptAsync("""
                const getContext = HTMLCanvasElement.prototype.getContext;
                HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
                  return kind.includes('webgl') ? null : getContext.call(this, kind, ...rest);
                };
                """);
        }

        return await BrowserPage.OpenAsync(context, html);
    }

    /// <summary>Ends the browser.</summary>
    public async Task DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        _starting.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Switches });
        }
        finally
        {
            _starting.Release();
        }
    }
}
