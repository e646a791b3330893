namespace DistSgd.Learning.Data.Sources;

/// <summary>A place on the network from which files can be had.</summary>
public interface IDataFetcher
{
    /// <summary>Name for people: an address or a command.</summary>
    string Name { get; }

    /// <summary>Fetches files and leaves them uncompressed, under their own names, in a directory. What arrives is not trusted.</summary>
    /// <param name="files">The files that are wanted.</param>
    /// <param name="directory">An existing directory for them and for whatever is needed on the way.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="FetchException">They cannot be had from here; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The attempt was ended.</exception>
    void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation);
}

/// <summary>A source cannot give what was asked for; another one may.</summary>
public sealed class FetchException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The reason, without the name of the source.</param>
    /// <param name="innerException">The cause, or null.</param>
    public FetchException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
