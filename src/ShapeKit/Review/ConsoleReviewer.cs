using ShapeKit.Data;
using ShapeKit.Generation;

namespace ShapeKit.Review;

/// <summary>The person at the keyboard, asked through <see cref="Console.ReadLine"/>: a line below the cell in a notebook, a terminal elsewhere.</summary>
/// <remarks>Pressing Enter alone decides nothing: what a person signs must be said, not skipped.</remarks>
public sealed class ConsoleReviewer : IReviewer
{
    private readonly Func<string, string?> ask;

    private ConsoleReviewer(string name, Func<string, string?> ask) => (Name, this.ask) = (name, ask);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Asks for a name; where somebody gives one, that person reviews, and otherwise another reviewer does. The console says which.</summary>
    /// <param name="otherwise">Who reviews where nobody answers, as in a program that runs a notebook unattended, or where the name is left empty.</param>
    /// <param name="ask">Shows a question and returns the answer, or null where nobody can answer; null asks through the console.</param>
    /// <returns>The person, or <paramref name="otherwise"/>.</returns>
    public static IReviewer OrElse(IReviewer otherwise, Func<string, string?>? ask = null)
    {
        ArgumentNullException.ThrowIfNull(otherwise);
        ask ??= AskOnConsole;
        string? name = ask("Your name or initials, or nothing to let the script review: ")?.Trim();
        if (string.IsNullOrEmpty(name))
        {
            Console.WriteLine(name is null ? $"Nobody can answer here, so the {otherwise.Name} decides." : $"No name was given, so the {otherwise.Name} decides.");
            return otherwise;
        }

        Console.WriteLine($"{name} decides.");
        return new ConsoleReviewer(name, ask);
    }

    /// <summary>Shows the draft, and asks until it is accepted, edited or rejected.</summary>
    /// <param name="draft">The draft.</param>
    /// <returns>The decision.</returns>
    /// <exception cref="InvalidOperationException">Nobody answers any more.</exception>
    public ReviewedDraft Review(DraftReport draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        Console.WriteLine($"{draft.Image}: {draft.Text}");
        while (true)
        {
            switch (Ask("a = accept, e = edit, r = reject: ").ToLowerInvariant())
            {
                case "a" or "accept":
                    return draft.AcceptedBy(Name);
                case "e" or "edit":
                    if (AskReport(draft, "Your report: ") is { } edited)
                    {
                        return draft.EditedBy(Name, edited);
                    }

                    break;
                case "r" or "reject":
                    if (AskReport(draft, "Your own report, or nothing: ", mayBeEmpty: true) is { } own)
                    {
                        return draft.RejectedBy(Name, own);
                    }

                    break;
                default:
                    Console.WriteLine("Please type a, e or r; Enter alone decides nothing.");
                    break;
            }
        }
    }

    /// <summary>Asks for a report that the kit can read; null where the answer is the draft itself, which is to be accepted.</summary>
    private string? AskReport(DraftReport draft, string question, bool mayBeEmpty = false)
    {
        while (true)
        {
            string report = Ask(question);
            if (report.Length == 0 && mayBeEmpty)
            {
                return report;
            }

            report = string.Join(' ', [.. Vocabulary.Tokenize(report.TrimEnd('.', ' ')), "."]);
            if (report == draft.Text)
            {
                Console.WriteLine("That is the draft as it stands; type a to accept it.");
                return null;
            }

            if (ReportGrammar.Read(report) is not null)
            {
                return report;
            }

            Console.WriteLine("The kit knows its own small language only. Write, for example: right upper zone: large nodule. Or: no nodule.");
        }
    }

    private string Ask(string question) =>
        ask(question)?.Trim() ?? throw new InvalidOperationException("Nobody answers any more; this draft was not decided, and nothing was logged for it.");

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
