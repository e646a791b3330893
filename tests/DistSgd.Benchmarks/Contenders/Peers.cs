using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning.Data;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>The peers that this machine has, and the data they train on.</summary>
internal sealed class Peers : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string _folder = Directory.CreateTempSubdirectory("distsgd-peers-").FullName;
    private readonly string _sources = Path.Combine(Workload.RepositoryRoot, "tests", "peers");
    private readonly bool _torch;
    private readonly bool _sklearn;
    private readonly string? _openblas;

    /// <summary>Looks for the libraries, compiles the C peer and writes the training examples of a workload to files.</summary>
    /// <param name="workload">The workload.</param>
    public Peers(Workload workload)
    {
        DataSplit split = workload.Task.Data.Split;
        int[] training = [.. split.Shards.SelectMany(shard => shard)];
        Examples examples = workload.Task.Data.Dataset.Train;
        using (FileStream images = File.Create(Path.Combine(_folder, "images.u8")))
        {
            foreach (int e in training)
            {
                images.Write(examples.Bytes!, e * examples.Width, examples.Width);
            }
        }

        File.WriteAllBytes(Path.Combine(_folder, "labels.u8"), [.. training.Select(e => (byte)examples.Labels[e])]);
        _torch = Succeeds(Python, "-c", "import torch");
        _sklearn = Succeeds(Python, "-c", "import sklearn");
        string program = Path.Combine(_folder, "openblas_steps");
        _openblas = Succeeds(
            "cc", "-O3", "-march=native", "-ffast-math", "-o", program, Path.Combine(_sources, "openblas_steps.c"), "-lopenblas", "-lm")
            ? program
            : null;
    }

    /// <summary>What is missing, one line each.</summary>
    public IEnumerable<string> Missing
    {
        get
        {
            if (!_torch)
            {
                yield return "PyTorch is not there (Debian: python3-torch)";
            }

            if (!_sklearn)
            {
                yield return "scikit-learn is not there (Debian: python3-sklearn)";
            }

            if (_openblas is null)
            {
                yield return "C with OpenBLAS does not compile (Debian: gcc, libopenblas-dev)";
            }
        }
    }

    /// <summary>PyTorch eager.</summary>
    public IContender? Torch(Workload workload, int batch, int threads) => !_torch ? null : PeerProcess.Start(
        threads == 1 ? "PyTorch" : $"PyTorch, {threads} threads", threads, Python, Arguments("torch_steps.py", workload, batch, threads));

    /// <summary>PyTorch processes that update one shared model without locks.</summary>
    public IContender? Hogwild(Workload workload, int batch, int processes) => !_torch ? null : PeerProcess.Start(
        "PyTorch Hogwild", 1, Python, [.. Arguments("torch_steps.py", workload, batch, processes), "hogwild"]);

    /// <summary>PyTorch processes that average their gradients through gloo, each tied to a core or free.</summary>
    public IContender? Distributed(Workload workload, int batch, int processes, bool tied) => !_torch ? null : PeerProcess.Start(
        "PyTorch DDP", 1, Python, [.. Arguments("torch_ddp.py", workload, batch, processes), tied ? "tied" : "free"]);

    /// <summary>scikit-learn's MLPClassifier.</summary>
    public IContender? Sklearn(Workload workload, int batch) => !_sklearn ? null : PeerProcess.Start(
        "scikit-learn", 1, Python, Arguments("sklearn_steps.py", workload, batch, null));

    /// <summary>Plain C with OpenBLAS.</summary>
    public IContender? OpenBlas(Workload workload, int batch) => _openblas is null ? null : PeerProcess.Start(
        "C + OpenBLAS", 1, _openblas, _folder, workload.Widths, Text(batch));

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IEnumerable<string> Arguments(string script, Workload workload, int batch, int? threads)
    {
        string[] common = [Path.Combine(_sources, script), _folder, workload.Widths, Text(batch)];
        return threads is int count ? [.. common, Text(count)] : common;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
