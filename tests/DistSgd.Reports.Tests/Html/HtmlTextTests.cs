using System.Net;
using DistSgd.Reports.Html;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Reports.Tests.Html;

public sealed class HtmlTextTests
{
    [Fact]
    public void No_character_of_markup_survives_and_every_text_comes_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            // A lone half of a pair of surrogates is no character and cannot come back.
            string plain = new([.. text.Get.Where(c => !char.IsSurrogate(c))]);
            string html = HtmlText.Encode(plain);
            return html.IndexOfAny(['<', '>', '"', '\'']) < 0 && WebUtility.HtmlDecode(html) == plain;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Letters_and_signs_of_mathematics_stay_readable() => HtmlText.Encode("x² − λ ≤ ½, müde").ShouldBe("x² − λ ≤ ½, müde");

    [Fact]
    public void A_blank_line_parts_paragraphs() =>
        HtmlText.Paragraphs("one\r\ntwo\r\n\r\n\r\n<three>", "reading").ShouldBe("""
            <p class="reading">one
            two</p>
            <p class="reading">&lt;three&gt;</p>
            """.ReplaceLineEndings("\n").Replace("one\ntwo", "one&#xA;two", StringComparison.Ordinal));
}
