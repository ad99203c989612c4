using System.Diagnostics;
using System.Text.RegularExpressions;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Documentation;

public sealed class DocumentedExceptionsTests(ITestOutputHelper output)
{
    private static readonly Promise[] Promises =
    [
        .. DataPromises.All,
        .. EvaluationPromises.All,
        .. GenerationPromises.All,
        .. ModelPromises.All,
        .. OperatorPromises.All,
        .. ReviewPromises.All,
        .. RuntimePromises.All,
        .. TrainingPromises.All,
        .. VisualizationPromises.All,
    ];

    [Fact]
    public void Every_reason_that_the_documentation_names_has_an_input_and_every_input_a_reason()
    {
        Assert.InRange(Docs.Exceptions.Length, 150, 400);
        List<string> missing =
        [
            .. Docs
                .Exceptions.Select(documented => (documented, Left: Left(documented)))
                .Where(entry => entry.Left.Length > 0)
                .Select(entry => $"{entry.documented.Member}, {entry.documented.Exception}: no input for “{entry.Left}”"),
            .. Promises
                .Where(promise =>
                    !Docs.Exceptions.Any(documented =>
                        documented.Member == promise.Member
                        && documented.Exception == promise.Exception
                        && documented.Text.Contains(promise.Reason, StringComparison.Ordinal)
                    )
                )
                .Select(promise => $"{promise} is not documented"),
        ];

        Assert.True(missing.Count == 0, string.Join('\n', missing));
        foreach (Promise excused in Promises.Where(promise => promise.Break is null))
        {
            output.WriteLine($"{excused}: {excused.Excuse}");
        }
    }

    [Fact]
    public void What_is_documented_is_thrown_with_a_sentence_of_the_kits_own()
    {
        string[] broken = [.. Promises.Where(promise => promise.Break is not null).Select(Check).OfType<string>()];

        Assert.True(broken.Length == 0, string.Join('\n', broken));
    }

    /// <summary>What is wrong with what is thrown, or null.</summary>
    private static string? Check(Promise promise)
    {
        using var scope = NewDisposeScope();
        try
        {
            promise.Break!();
            return $"{promise}: nothing is thrown";
        }
        catch (Exception e)
        {
            return !TypesOf(e).Contains(promise.Exception) ? $"{promise}: {e.GetType().Name} is thrown, {e.Message}"
                : !IsTheKits(e) ? $"{promise}: not the kit throws but {e.TargetSite?.DeclaringType}, {e.Message}"
                : !IsSentence(e.Message) ? $"{promise}: no sentence, {e.Message}"
                : null;
        }
    }

    private static IEnumerable<string> TypesOf(Exception e)
    {
        for (Type? type = e.GetType(); type is not null; type = type.BaseType)
        {
            yield return type.Name;
        }
    }

    /// <summary>Whether the kit's code threw, or a guard that it called.</summary>
    private static bool IsTheKits(Exception e) =>
        new StackTrace(e)
            .GetFrames()
            .Select(frame => frame.GetMethod()?.DeclaringType)
            .First(type => type is not null && !type.IsAssignableTo(typeof(Exception)))!
            .Assembly
            is var thrower
        && (thrower == typeof(LibTorch).Assembly || thrower == typeof(Promise).Assembly);

    private static bool IsSentence(string message) =>
        Regex.IsMatch(Regex.Replace(message, @" \(Parameter '[^']*'\)(?=\s|$)|\r?\nActual value was .*", ""), @"\w+ \w+[^\n]*[.?]$");

    /// <summary>What of a documented reason no input is for; what follows a semicolon is told besides.</summary>
    private static string Left((string Member, string Exception, string Text) documented)
    {
        string text = documented.Text.Split(';')[0];
        foreach (
            string reason in Promises
                .Where(promise => promise.Member == documented.Member && promise.Exception == documented.Exception)
                .Select(promise => promise.Reason)
                .OrderByDescending(reason => reason.Length)
        )
        {
            text = text.Replace(reason, "", StringComparison.Ordinal);
        }

        return Regex.IsMatch(text, @"^(\s|[,.]|\bor\b|\band\b)*$") ? "" : text;
    }
}
