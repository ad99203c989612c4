using System.Globalization;
using System.Text;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Review;

namespace ShapeKit.Visualization;

/// <summary>
/// Drafts beside their images, about which the reader decides one by one; with them what was drawn and what the scripted reviewer decides,
/// which is shown in the end.
/// </summary>
internal sealed class DraftsPicture(
    IReadOnlyList<float[,]> images,
    IReadOnlyList<DraftReport> drafts,
    IReadOnlyList<IReadOnlyList<Finding>> truth,
    bool readFirst
)
{
    private static readonly string[] Decisions = ["accepted", "edited", "rejected"],
        Sides = ["right", "left"],
        Zones = ["upper", "middle", "lower"],
        Stated = ["SIDE", "ZONE", "SIZE"],
        Millimetres = [.. ReportGrammar.Words.Where(word => char.IsDigit(word[0]))];

    private readonly ReviewedDraft[] _script = [.. drafts.Select((draft, i) => new ScriptedReviewer(_ => truth[i]).Review(draft))];

    public Explorer ToExplorer(string title) => new("drafts", title, $"{title}: {Words()}", Texts());

    private string Words()
    {
        int right = drafts.Zip(truth).Count(pair => pair.First.Says(pair.Second));
        string decided = string.Join(", ", Decisions.Select((name, i) => $"{_script.Count(review => (int)review.Decision == i)} {name}"));
        return $"{drafts.Count} drafts, of which {right} say what was drawn. The scripted reviewer, which knows it, decides: {decided}.";
    }

    private Dictionary<string, string> Texts()
    {
        StringBuilder tiles = new();
        for (int i = 0; i < drafts.Count; i++)
        {
            tiles
                .Append($"<li><img src=\"{Pixels.ToPng(images[i], ColorScale.Grey, 0, 1)}\" alt=\"Image {i + 1}\"/>")
                .Append($"<p>drawn: {Html.Escape(ReportGrammar.Write(truth[i]))}</p>")
                .Append($"<p>draft: {Html.Escape(drafts[i].Text)} ({Html.Escape(State(drafts[i]))})</p>")
                .Append($"<p>scripted reviewer: {Decisions[(int)_script[i].Decision]}</p><p class=\"you\" hidden></p></li>");
        }

        return new()
        {
            ["words"] = Words(),
            ["first"] = readFirst ? "Each image comes without its draft at first: write your own report, then see the draft. " : "",
            ["sides"] = Options(Sides, "side?"),
            ["zones"] = Options(Zones, "zone?"),
            ["sizes"] = string.Concat(
                Millimetres.Select(millimetres => $"<option value=\"{millimetres}\">{millimetres} mm</option>").Prepend(Option("", "size?"))
            ),
            ["cases"] = tiles.ToString(),
            ["data"] = Html.Data(
                new
                {
                    readFirst,
                    forms = ReportGrammar.Forms,
                    sides = Sides,
                    zones = Zones,
                    sizes = Millimetres.ToDictionary(word => word, word => ReportGrammar.Stated(word)!.Value.Which),
                    stating = Stated.ToDictionary(
                        what => what,
                        what => ReportGrammar.Words.Where(word => ReportGrammar.Stated(word)?.What == what)
                    ),
                    cases = drafts.Select((_, i) => Case(i)),
                }
            ),
        };
    }

    private object Case(int i) =>
        new
        {
            draft = drafts[i].Text,
            state = State(drafts[i]),
            found = Said(drafts[i].Text),
            decision = (int)_script[i].Decision,
            signed = Said(_script[i].Final),
            drawn = Said(ReportGrammar.Write(truth[i])),
        };

    /// <summary>The nodules that a sentence names, each as side, zone and millimetres; null for what is no sentence.</summary>
    private static int[][]? Said(string sentence)
    {
        string[] sizes = [.. Vocabulary.Tokenize(sentence).Where(Millimetres.Contains)];
        return ReportGrammar
            .Read(sentence)
            ?.Select(
                (finding, i) =>
                    new[]
                    {
                        (int)finding.Side,
                        (int)finding.Zone,
                        int.Parse(
                            sizes.ElementAtOrDefault(i)
                                ?? Array.Find(Millimetres, word => ReportGrammar.Stated(word)!.Value.Which == (int)finding.Size)!,
                            CultureInfo.InvariantCulture
                        ),
                    }
            )
            .ToArray();
    }

    private static string State(DraftReport draft) =>
        draft.IsHeldBack
            ? $"held back: confidence {Html.Fixed(draft.Confidence, 2)} is under {Html.Fixed(draft.Threshold, 2)}"
            : $"confidence {Html.Fixed(draft.Confidence, 2)}";

    private static string Options(string[] names, string question) =>
        string.Concat(names.Select((name, i) => Option($"{i}", name)).Prepend(Option("", question)));

    private static string Option(string value, string text) => $"<option value=\"{value}\">{text}</option>";
}
