using DistSgd.Learning;
using DistSgd.Learning.Landscapes;
using DistSgd.Reports;
using DistSgd.Reports.Charts;
using DistSgd.Studies.Landscapes;

namespace DistSgd.Studies.Tests.Landscapes;

public class LandscapeStudiesTests
{
    public static TheoryData<string> Names => [.. LandscapeStudies.All.Select(study => study.Name)];

    [Fact]
    public void Every_function_and_experiment_has_a_name_of_its_own()
    {
        string[] names = [.. LandscapeStudies.All.Select(study => study.Name)];
        names.ShouldBeUnique();
        LandscapeRegistry.Names.ShouldBeSubsetOf(names);
        names.Length.ShouldBe(LandscapeRegistry.Names.Count + 10);
        LandscapeStudies.All.ShouldAllBe(study => study.Description.EndsWith('.'));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tables_have_a_cell_for_every_column(string name)
    {
        StudyResult result = DefaultResults.Of(name);
        result.Name.ShouldBe($"landscape-{name}");
        result.Command.ShouldBe($"distsgd landscape {name}");
        result.Tables.Select(table => table.Name).ShouldBeUnique();
        foreach (StudyTable table in result.Tables)
        {
            table.Columns.ShouldBeUnique();
            table.Rows.ShouldAllBe(row => row.Count == table.Columns.Count);
            table.Rows.SelectMany(row => row)
                .ShouldAllBe(cell => cell == null || cell is double || cell is int || cell is string || cell is bool);
        }

        foreach (ReportTable table in result.Sections.SelectMany(section => section.Tables))
        {
            table.Rows.ShouldAllBe(row => row.Count == table.Columns.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Charts_are_complete(string name)
    {
        StudyResult result = DefaultResults.Of(name);
        result.Summary.ShouldNotBeEmpty();
        result.Sections.ShouldNotBeEmpty();
        result.Sections.ShouldAllBe(section => section.Reading.Length > 20);
        foreach (Chart chart in result.Sections.SelectMany(section => section.Charts))
        {
            chart.Description.ShouldNotBeEmpty();
            Curve[] curves = chart switch
            {
                LineChart line => [.. line.Curves],
                ContourChart contour => [.. contour.Paths],
                _ => [],
            };
            curves.ShouldAllBe(curve => curve.X.Count == curve.Y.Count && curve.X.Count > 0);
            GridField? field = chart switch
            {
                ContourChart contour => contour.Field,
                HeatMap map => map.Field,
                SurfaceChart surface => surface.Field,
                _ => null,
            };
            if (field is not null)
            {
                field.Values.Count.ShouldBe(field.Y.Count);
                field.Values.ShouldAllBe(row => row.Count == field.X.Count && row.All(double.IsFinite));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_claim_is_contradicted_and_every_erratum_has_a_proof(string name)
    {
        foreach (SeedClaim claim in DefaultResults.Of(name).Claims)
        {
            claim.Verdict.ShouldNotBe(ClaimVerdict.Contradicted, $"{claim.Claim}: {claim.Ours}");
            (claim.Verdict == ClaimVerdict.Erratum).ShouldBe(claim.Proof is not null);
            claim.Seed.ShouldBeOneOf("000", "001", "002", "003", "004");
            $"{claim.Claim}{claim.Ours}{claim.Proof}".ShouldNotContain("NaN ");
        }
    }

    [Theory]
    [InlineData("saddle-escape")]
    [InlineData("local-minimum-escape")]
    [InlineData("multi-start")]
    [InlineData("schedules")]
    [InlineData("high-dimension")]
    public void Claims_about_chance_hold_for_other_seeds_too(string name)
    {
        INamedStudy study = Study(name);
        foreach (ulong seed in new ulong[] { 1, 2 })
        {
            foreach (SeedClaim claim in study.Run(new StudySettings { Seed = seed }).Claims)
            {
                claim.Verdict.ShouldNotBe(ClaimVerdict.Contradicted, $"seed {seed}: {claim.Claim}: {claim.Ours}");
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        StudyResult again = Study("saddle-escape").Run(new StudySettings());
        Cells(again).ShouldBe(Cells(DefaultResults.Of("saddle-escape")));
    }

    [Fact]
    public void Settings_reach_the_runs_and_the_command()
    {
        StudyResult result = Study("quartic").Run(new StudySettings
        {
            Starts = [[0.3, 0.1]],
            Optimizers = ["momentum"],
            LearningRate = 0.02,
            Momentum = 0.5,
            Steps = 7,
        });
        IReadOnlyList<object?> row = result.Tables.First(table => table.Name == "descents").Rows.ShouldHaveSingleItem();
        row.Take(5).ShouldBe(["(0.3, 0.1)", "momentum", 0.02, 7, "step limit"]);
        result.Command.ShouldBe(
            "distsgd landscape quartic --start 0.3,0.1 --optimizer momentum --learning-rate 0.02 --momentum 0.5 --steps 7");
        Study("quadratic").Run(new StudySettings { ConditionNumber = 77 }).Title.ShouldContain("77 y²");
    }

    [Fact]
    public void Settings_that_do_not_fit_are_refused()
    {
        Should.Throw<InputException>(() => Study("quartic").Run(new StudySettings { Starts = [[1]] })).Message.ShouldContain("expects 2");
        Should.Throw<InputException>(() => Study("quartic").Run(new StudySettings { Optimizers = ["newtom"] }))
            .Message.ShouldContain("the nearest is 'newton'");
        Should.Throw<InputException>(() => Study("multi-start").Run(new StudySettings { Starts = [[1, 2, 3]] }));
        Should.Throw<InputException>(() => Study("quadratic").Run(new StudySettings { ConditionNumber = 0.5 }));
        Should.Throw<InputException>(() => Study("quadratic").Run(new StudySettings { ConditionNumber = 1e200 })).Message.ShouldContain("1E+12");
        Should.Throw<InputException>(() => Study("square").Run(new StudySettings { Steps = 10_000_000 })).Message.ShouldContain("200000");
    }

    [Fact]
    public void The_largest_condition_number_still_has_its_minimum()
    {
        StudyResult result = Study("quadratic").Run(new StudySettings { ConditionNumber = LandscapeRegistry.MostConditionNumber, Steps = 10 });
        result.Summary.ShouldStartWith("In its box the function has 1 minimum.");
        Study("exponential").Run(new StudySettings()).Summary.ShouldStartWith("In its box no critical point was found.");
    }

    [Theory]
    [InlineData("square", 0.8)]
    [InlineData("sphere", 0.8)]
    [InlineData("quadratic", 0.9)]
    [InlineData("parabola", 0.8)]
    public void Measured_rates_stand_beside_those_of_theory(string name, double sgd)
    {
        StudyTable table = DefaultResults.Of(name).Tables.First(found => found.Name == "descents");
        int measured = table.Columns.ToList().IndexOf("measured_rate");
        table.Columns[measured + 1].ShouldBe("theory_rate");
        IReadOnlyList<object?>[] known = [.. table.Rows.Where(row => row[measured + 1] is not null)];
        known.Select(row => (string)row[1]!).Distinct().ShouldBe(["sgd", "momentum", "nesterov", "newton"]);
        known.ShouldAllBe(row => Math.Abs((double)row[measured]! - (double)row[measured + 1]!) < 0.03);
        ((double)known[0][measured + 1]!).ShouldBe(sgd, 1e-12);
    }

    [Fact]
    public void Momentum_at_its_best_crosses_the_valley_in_every_step()
    {
        StudyTable valley = DefaultResults.Of("condition-number").Tables.First(table => table.Name == "valley");
        IReadOnlyList<object?> best = valley.Rows.First(row => (string)row[0]! == "momentum, best η and β");
        best[4].ShouldBe(best[3]);
        ((double)best[6]!).ShouldBeGreaterThan(14);
        StudyTable steps = DefaultResults.Of("condition-number").Tables.First(table => table.Name == "steps");
        IReadOnlyList<object?> at100 = steps.Rows.First(row => (double)row[0]! == 100);
        at100[1].ShouldBe(valley.Rows[0][3], "one stopping rule");
        at100[2].ShouldBe(best[3]);
    }

    [Theory]
    [InlineData(1e10, 0.1)]
    [InlineData(1.0, 10)]
    public void Schedules_that_diverged_have_no_final_error(double noise, double learningRate)
    {
        StudyResult result = Study("schedules").Run(new StudySettings { Noise = noise, LearningRate = learningRate });
        result.Tables[0].Rows.ShouldAllBe(row => row[3] == null && row[4] == null && row[5] == null && (int)row[6]! == 30);
        result.Summary.ShouldContain("Of 180 runs 180 diverged");
        result.Summary.ShouldNotContain("NaN");
        result.Claims.ShouldAllBe(claim => claim.Verdict != ClaimVerdict.Contradicted);
    }

    [Fact]
    public void A_schedule_is_judged_by_the_runs_that_did_not_diverge()
    {
        // Noise kicks a run past the bound now and then.
        StudyResult result = Study("schedules").Run(new StudySettings { Noise = 2e6, LearningRate = 0.1 });
        IReadOnlyList<object?>[] partly = [.. result.Tables[0].Rows.Where(row => (int)row[6]! is > 0 and < 30)];
        partly.ShouldNotBeEmpty();
        partly.ShouldAllBe(row => row[3] is double);
        result.Summary.ShouldContain("they are left out of every mean.");
    }

    [Theory]
    [InlineData("saddle-escape", 20, "σ = 1E+10 never (0 of 20, 20 diverged)")]
    [InlineData("local-minimum-escape", 60, "none to tell at σ = 1E+10 (all 60 runs diverged)")]
    public void Runs_that_diverged_did_not_stay(string name, int runs, string told)
    {
        StudyResult result = Study(name).Run(new StudySettings { Noise = 1e10 });
        result.Tables[0].Columns[2].ShouldBe("diverged");
        result.Tables[0].Rows[^1].Take(3).ShouldBe([1e10, 0, runs]);
        result.Tables[0].Rows[^1][3].ShouldBeNull();
        result.Summary.ShouldContain(told);
        result.Summary.ShouldNotContain("NaN");
    }

    private static INamedStudy Study(string name) => LandscapeStudies.All.First(study => study.Name == name);

    private static List<object?> Cells(StudyResult result) => [.. result.Tables.SelectMany(table => table.Rows).SelectMany(row => row)];
}
