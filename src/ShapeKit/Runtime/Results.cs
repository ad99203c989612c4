using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ShapeKit.Runtime;

/// <summary>Records what a chapter measured, so that a run of all chapters can say what the network reached.</summary>
public static class Results
{
    /// <summary>Shows a measured value and lets it travel in the executed notebook.</summary>
    /// <param name="name">A name in lower case with underscores, such as <c>test_accuracy</c>.</param>
    /// <param name="value">The value, finite, in the unit that the name implies; an accuracy is a share such as 0.97.</param>
    /// <exception cref="ArgumentException">The name is empty, or the value is not a finite number.</exception>
    public static void Record(string name, double value) => Notebook.Show(new Result(name, value));
}

/// <summary>A named value that a chapter measured.</summary>
/// <param name="Name">The name, such as <c>test_accuracy</c>; not empty.</param>
/// <param name="Value">The value, finite.</param>
/// <exception cref="ArgumentException">The name is empty, or the value is not a finite number.</exception>
public sealed record Result(string Name, double Value)
{
    /// <summary>The name, such as <c>test_accuracy</c>.</summary>
    public string Name
    {
        get;
        init => field = Named(value);
    } = Named(Name);

    /// <summary>The value.</summary>
    public double Value
    {
        get;
        init => field = Finite(value);
    } = Finite(Value);

    /// <summary>The MIME type under which a result is kept in an executed notebook; papermill and scrapbook read it too.</summary>
    public const string MimeType = "application/papermill.record+json";

    /// <summary>The result as text and as a record that other programs can read.</summary>
    /// <returns>MIME types and their contents.</returns>
    public IReadOnlyDictionary<string, string> ToMimeBundle() =>
        new Dictionary<string, string>
        {
            ["text/plain"] = ToString(),
            [MimeType] = JsonSerializer.Serialize(new JsonObject { [Name] = Value }),
        };

    /// <summary>The result as a line such as <c>test_accuracy = 0.9750</c>, or <c>seeds = 20</c> for a whole number above 1.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        $"{Name} = {Value.ToString(Value > 1 && double.IsInteger(Value) ? "0" : "0.0000", CultureInfo.InvariantCulture)}";

    private static string Named(string name) =>
        string.IsNullOrWhiteSpace(name)
            ? throw new ArgumentException("The result has no name; give it one such as test_accuracy.", nameof(name))
            : name;

    private static double Finite(double value) =>
        double.IsFinite(value)
            ? value
            : throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The result is {value}; only a finite number can be recorded."),
                nameof(value)
            );
}
