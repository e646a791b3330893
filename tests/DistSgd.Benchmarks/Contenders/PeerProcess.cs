using System.Diagnostics;
using System.Globalization;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>A program that trains the same model with another library: it reads a number of steps a line and answers with seconds.</summary>
internal sealed class PeerProcess : IContender
{
    private readonly Process _process;

    private PeerProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Starts a peer.</summary>
    /// <param name="name">Name in the table.</param>
    /// <param name="threads">Threads that each of its processes may use.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The peer.</returns>
    public static PeerProcess Start(string name, int threads, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        string count = threads.ToString(CultureInfo.InvariantCulture);
        start.Environment["OMP_NUM_THREADS"] = count;
        start.Environment["OPENBLAS_NUM_THREADS"] = count;
        start.Environment["MKL_NUM_THREADS"] = count;
        start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
        start.Environment.Remove("OPENBLAS_CORETYPE"); // it shall take its best kernel
        return new PeerProcess(name, Process.Start(start) ?? throw new InputException($"{program}: cannot be started."));
    }

    /// <inheritdoc/>
    public double Run(int steps)
    {
        _process.StandardInput.WriteLine(steps.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        string? answer = _process.StandardOutput.ReadLine();
        return double.TryParse(answer, CultureInfo.InvariantCulture, out double seconds)
            ? seconds
            : throw new InputException($"{Name}: the peer ended or answered '{answer}'; expected seconds.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
