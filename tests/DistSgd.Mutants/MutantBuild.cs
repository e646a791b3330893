using System.Diagnostics;

namespace DistSgd.Mutants;

/// <summary>A copy of the sources with every mutant in it, built once; which one is at work a variable says.</summary>
internal static class MutantBuild
{
    /// <summary>Names the mutant that is at work, by its number from 1.</summary>
    public const string Variable = "DISTSGD_MUTANT";

    private const string Switch = $$"""
        namespace DistSgd.Numerics;

        public static class MutantSwitch
        {
            private static readonly int Active = int.Parse(System.Environment.GetEnvironmentVariable("{{Variable}}") ?? "0");

            public static bool Is(int number) => Active == number;
        }
        """;

    private const string Runner = """
        for (ulong seed = 1; seed <= ulong.Parse(args[0]); seed++)
        {
            System.Console.WriteLine(seed);
            if (DistSgd.Simulation.ClusterSimulation.Run(DistSgd.Simulation.ClusterSimulation.Plan(seed)).Problem is { } problem)
            {
                System.Console.WriteLine(problem);
                return 1;
            }
        }

        return 0;
        """;

    private const string RunnerProject = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><OutputType>Exe</OutputType></PropertyGroup>
          <ItemGroup><ProjectReference Include="../DistSgd.Simulation/DistSgd.Simulation.csproj" /></ItemGroup>
        </Project>
        """;

    /// <summary>Copies, plants and builds.</summary>
    /// <param name="root">Directory of the solution.</param>
    /// <param name="folder">Where the copy goes; emptied first.</param>
    /// <returns>The program that simulates seeds.</returns>
    public static string Create(string root, string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(root, "Directory.*").Append(Path.Combine(root, "global.json")))
        {
            Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        string source = Path.Combine(root, "src");
        foreach (string file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(source, file);
            if (!relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            {
                Copy(file, Path.Combine(folder, "src", relative));
            }
        }

        for (int i = 0; i < MutantCatalog.All.Count; i++)
        {
            Mutant mutant = MutantCatalog.All[i];
            string path = Path.Combine(folder, "src", mutant.File);
            File.WriteAllText(path, mutant.PlantInto(File.ReadAllText(path), i + 1));
        }

        File.WriteAllText(Path.Combine(folder, "src", "DistSgd.Numerics", "MutantSwitch.cs"), Switch);
        string runner = Path.Combine(folder, "src", "Runner");
        Directory.CreateDirectory(runner);
        File.WriteAllText(Path.Combine(runner, "Program.cs"), Runner);
        File.WriteAllText(Path.Combine(runner, "Runner.csproj"), RunnerProject);
        Build(runner);
        return Path.Combine(runner, "bin", "Release", "net10.0", "Runner.dll");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static void Build(string project)
    {
        // Planted code need not be beautiful.
        using Process build = Process.Start(new ProcessStartInfo(
            "dotnet", ["build", "-c", "Release", "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false", "-p:NoWarn=CS0162", project])
        {
            RedirectStandardOutput = true,
        })!;
        string said = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0)
        {
            throw new InvalidOperationException($"The sources with mutants in them do not build.\n{said}");
        }
    }
}
