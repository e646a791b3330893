using DistSgd.Monitoring.Rules;

namespace DistSgd.Monitoring.Tests.Rules;

public class AdviceTests
{
    [Fact]
    public void Every_symptom_has_a_cause_and_a_fix_of_its_own()
    {
        Advice[] all = [.. Enum.GetValues<Symptom>().Select(Advice.For)];

        all.ShouldAllBe(advice => advice.LikelyCause.Length > 0 && advice.Fix.Length > 0);
        all.ShouldBeUnique();
    }
}
