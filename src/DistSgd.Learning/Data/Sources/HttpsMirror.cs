using System.IO.Compression;

namespace DistSgd.Learning.Data.Sources;

/// <summary>A web server that has each file under its name with <c>.gz</c> behind it, compressed with gzip.</summary>
public sealed class HttpsMirror : IDataFetcher
{
    /// <summary>How long a connection may take.</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    /// <summary>How long all files together may take, unless told otherwise.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    private const int BlockBytes = 1 << 16;

    private readonly Uri _root;
    private readonly HttpMessageHandler? _handler;
    private readonly TimeSpan _limit;

    /// <summary>Describes a mirror.</summary>
    /// <param name="root">Address of the folder, ending in a slash.</param>
    /// <param name="limit">How long all files together may take; null for <see cref="DefaultLimit"/>.</param>
    /// <param name="handler">What carries the requests; null for the network. Not disposed.</param>
    public HttpsMirror(Uri root, TimeSpan? limit = null, HttpMessageHandler? handler = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        _root = root;
        _limit = limit ?? DefaultLimit;
        _handler = handler;
    }

    /// <inheritdoc/>
    public string Name => _root.AbsoluteUri;

    /// <inheritdoc/>
    public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(files);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_limit);
        using SocketsHttpHandler? network = _handler is null ? new SocketsHttpHandler { ConnectTimeout = ConnectTimeout } : null;
        using var client = new HttpClient(_handler ?? network!, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            foreach (VerifiedFile file in files)
            {
                FetchAsync(client, file, directory, limit.Token).GetAwaiter().GetResult();
            }
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            string reason = limit.IsCancellationRequested
                ? $"not done within {_limit.TotalSeconds:0.#} s"
                : $"no connection within {ConnectTimeout.TotalSeconds:0.#} s";
            throw new FetchException(reason, e);
        }
        catch (Exception e) when (e is HttpRequestException or InvalidDataException or IOException)
        {
            throw new FetchException(e.Message.TrimEnd('.'), e);
        }
    }

    private async Task FetchAsync(HttpClient client, VerifiedFile file, string directory, CancellationToken cancellation)
    {
        var address = new Uri(_root, file.Name + ".gz");
        using HttpResponseMessage response =
            await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        await using var unpacked = new GZipStream(body, CompressionMode.Decompress);
        await using FileStream target = File.Create(Path.Combine(directory, file.Name));
        var block = new byte[BlockBytes];
        for (int read = await unpacked.ReadAsync(block, cancellation).ConfigureAwait(false);
             read > 0;
             read = await unpacked.ReadAsync(block, cancellation).ConfigureAwait(false))
        {
            if (target.Length + read > file.Bytes)
            {
                throw new FetchException($"{file.Name} is longer than the expected {file.Bytes} bytes");
            }

            await target.WriteAsync(block.AsMemory(0, read), cancellation).ConfigureAwait(false);
        }
    }
}
