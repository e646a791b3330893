using DistSgd.Mutants;

namespace DistSgd.Simulation.Tests;

public sealed class MutantCatalogTests
{
    [Fact]
    public void Every_mutant_finds_its_place_in_the_sources()
    {
        MutantCatalog.All.Count.ShouldBeGreaterThanOrEqualTo(30);
        MutantCatalog.All.Select(mutant => mutant.Name).ShouldBeUnique();
        var sources = new Dictionary<string, string>();
        for (int i = 0; i < MutantCatalog.All.Count; i++)
        {
            Mutant mutant = MutantCatalog.All[i];
            string source = sources.TryGetValue(mutant.File, out string? planted) ? planted : File.ReadAllText(Path.Combine(SourceTree.Root, "src", mutant.File));
            sources[mutant.File] = mutant.PlantInto(source, i + 1);
            sources[mutant.File].ShouldContain($"MutantSwitch.Is({i + 1})");
        }
    }

    [Fact]
    public void Statements_and_expressions_are_switched()
    {
        new Mutant("", "", "a = b;", "a = c;").PlantInto("{ a = b; }", 7)
            .ShouldBe("{ if (global::DistSgd.Numerics.MutantSwitch.Is(7)) { a = c; } else { a = b; } }");
        new Mutant("", "", "if («a»)", "!a").PlantInto("a; if (a)", 7).ShouldBe("a; if ((global::DistSgd.Numerics.MutantSwitch.Is(7) ? (!a) : (a)))");
        Should.Throw<InvalidOperationException>(() => new Mutant("", "", "a", "b").PlantInto("a a", 1));
    }
}
