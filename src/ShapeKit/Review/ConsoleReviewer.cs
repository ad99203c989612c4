using System.Globalization;
using ShapeKit.Data;
using ShapeKit.Generation;

namespace ShapeKit.Review;

/// <summary>
/// The person at the keyboard, asked through <see cref="Console.ReadLine"/>: a line below the cell in a notebook, a terminal elsewhere.
/// </summary>
/// <remarks>Pressing Enter alone decides nothing: what a person signs must be said, not skipped.</remarks>
public sealed class ConsoleReviewer : IReviewer
{
    private static readonly string[] Sides = ["right", "left"],
        Zones = ["upper", "middle", "lower"];

    private readonly Func<string, string?> _ask;

    private ConsoleReviewer(string name, Func<string, string?> ask) => (Name, _ask) = (name, ask);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>
    /// Asks for a name; where somebody gives one, that person reviews, and otherwise another reviewer does. The console says which.
    /// </summary>
    /// <param name="otherwise">Who reviews where nobody answers, as in a program that runs a notebook unattended, or where the name is
    /// left empty.</param>
    /// <param name="ask">Shows a question and returns the answer, or null where nobody can answer; null asks through the console.</param>
    /// <returns>The person, or <paramref name="otherwise"/>.</returns>
    public static IReviewer OrElse(IReviewer otherwise, Func<string, string?>? ask = null)
    {
        ArgumentNullException.ThrowIfNull(otherwise);
        ask ??= AskOnConsole;
        string? name = ask("Your name or initials, or nothing to let the script review: ")?.Trim();
        if (string.IsNullOrEmpty(name))
        {
            Console.WriteLine(
                name is null
                    ? $"Nobody can answer here, so the {otherwise.Name} decides."
                    : $"No name was given, so the {otherwise.Name} decides."
            );
            return otherwise;
        }

        Console.WriteLine($"{name} decides.");
        return new ConsoleReviewer(name, ask);
    }

    /// <summary>Shows the draft, and asks until it is accepted, edited or rejected. An edit is shown, too, and signed only then.</summary>
    /// <param name="draft">The draft.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="InvalidOperationException">Nobody answers any more.</exception>
    public ReviewedDraft Review(DraftReport draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        string text = draft.Text;
        while (true)
        {
            Console.WriteLine($"{draft.Image}: {text}");
            switch (Ask("a = accept this, e = edit it, r = reject it: ").ToLowerInvariant())
            {
                case "a" or "accept":
                    return text == draft.Text ? draft.AcceptedBy(Name) : draft.EditedBy(Name, text);
                case "e" or "edit":
                    text = AskReport("Side, zone, millimetres, such as left lower 25; or none: ");
                    break;
                case "r" or "reject":
                    string own = AskReport("Your own report, such as left lower 25; or nothing: ", mayBeEmpty: true);
                    if (own != draft.Text)
                    {
                        return draft.RejectedBy(Name, own);
                    }

                    Console.WriteLine("That is what the draft says.");
                    break;
                default:
                    Console.WriteLine("Please type a, e or r; Enter alone decides nothing.");
                    break;
            }
        }
    }

    private string AskReport(string question, bool mayBeEmpty = false)
    {
        while (true)
        {
            string answer = Ask(question);
            if (answer.Length == 0 && mayBeEmpty)
            {
                return "";
            }

            if (Report(answer) is { } report)
            {
                return report;
            }

            Console.WriteLine(
                "Name each nodule by side, zone and millimetres (10 to 30), such as: right upper 15, left lower 25. Without one: none."
            );
        }
    }

    /// <summary>
    /// The report that an answer stands for: notes such as <c>right upper 15, left lower 25</c> in the standard wording, and a whole
    /// sentence as it is; null for anything else.
    /// </summary>
    private static string? Report(string answer)
    {
        string[] words = [.. Vocabulary.Tokenize(answer).Where(word => word is not ("," or ";" or "." or "and" or "mm"))];
        if (words is ["none"])
        {
            return ReportGrammar.Write([]);
        }

        if (words.Length is 3 or 6)
        {
            Finding?[] findings = [.. words.Chunk(3).Select(note => Note(note[0], note[1], note[2]))];
            if (!findings.Contains(null))
            {
                return ReportGrammar.Write([
                    .. findings.OfType<Finding>().OrderBy(finding => finding.Side).ThenBy(finding => finding.Zone),
                ]);
            }
        }

        string sentence = Vocabulary.Sentence([.. Vocabulary.Tokenize(answer.TrimEnd('.', ' ')), "."]);
        return ReportGrammar.Read(sentence) is null ? null : sentence;
    }

    private static Finding? Note(string side, string zone, string millimetres)
    {
        int s = Array.IndexOf(Sides, side),
            z = Array.IndexOf(Zones, zone);
        return s >= 0 && z >= 0 && int.TryParse(millimetres, CultureInfo.InvariantCulture, out int diameter) && diameter is >= 10 and <= 30
            ? new Finding((LungSide)s, (LungZone)z, diameter, 0, 0)
            : null;
    }

    private string Ask(string question) =>
        _ask(question)?.Trim()
        ?? throw new InvalidOperationException("Nobody answers any more; this draft was not decided, and nothing was logged for it.");

    /// <summary>A session without anybody to answer refuses to read, and an unattended program has reached the end of its input.</summary>
    private static string? AskOnConsole(string question)
    {
        Console.Write(question);
        try
        {
            string? answer = Console.ReadLine();
            if (answer is null)
            {
                Console.WriteLine();
            }

            return answer;
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or IOException)
        {
            Console.WriteLine();
            return null;
        }
    }
}
