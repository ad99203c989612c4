using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ShapeKit.Runtime;

namespace ShapeKit.Tests.Documentation;

/// <summary>What the documentation of the library's public members promises.</summary>
internal static class Docs
{
    private static readonly Assembly Library = typeof(LibTorch).Assembly;

    private static readonly Type[] Numbers = [typeof(int), typeof(long), typeof(float), typeof(double)];

    private static readonly (string Id, string Name, XElement Documentation)[] Members = Read();

    /// <summary>The exceptions of public members, and when they are thrown.</summary>
    public static (string Member, string Exception, string Text)[] Exceptions { get; } =
    [
        .. Members.SelectMany(member =>
            member
                .Documentation.Elements("exception")
                .Select(exception => (member.Name, NameOf(exception.Attribute("cref")!.Value), Text(exception)))
        ),
    ];

    /// <summary>
    /// The numbers that a caller gives and that have a bound: parameters, and properties that can be set. What a record of results is
    /// made of is described, not bounded.
    /// </summary>
    public static (string Member, string Parameter, Bounds Bounds)[] Ranges { get; } =
    [
        .. Members
            .SelectMany(member =>
                PropertyOf(member.Id) is { } property
                    ? [(member.Name, "", property.PropertyType, Text(member.Documentation.Element("summary") ?? member.Documentation))]
                    : ParametersOf(member.Id, member.Documentation).Select(p => (member.Name, p.Name, p.Type, p.Text))
            )
            .Select(number => (Number: number, Type: Nullable.GetUnderlyingType(number.Item3) ?? number.Item3))
            .Where(entry => Numbers.Contains(entry.Type))
            .Select(entry =>
                (
                    entry.Number.Item1,
                    entry.Number.Item2,
                    Bounds.Of(entry.Number.Item4, entry.Type == typeof(int) || entry.Type == typeof(long))
                )
            )
            .Where(entry => entry.Item3.Outside.Count > 0),
    ];

    private static (string Id, string Name, XElement Documentation)[] Read()
    {
        (string Id, XElement Documentation)[] all =
        [
            .. XDocument
                .Load(Path.ChangeExtension(Library.Location, ".xml"))
                .Descendants("member")
                .Select(member => (member.Attribute("name")!.Value, member))
                .Where(member => IsPublic(member.Value)),
        ];
        ILookup<string, string> overloads = all.ToLookup(member => member.Id.Split('(')[0], member => member.Id);
        return
        [
            .. all.Select(member => (member.Id, Short(member.Id, overloads[member.Id.Split('(')[0]].Count() > 1), member.Documentation)),
        ];
    }

    /// <summary>
    /// An id as tables write it: <c>Data.Batches.#ctor</c> for <c>M:ShapeKit.Data.Batches.#ctor(…)</c>, with the type of its first
    /// parameter where another member has the same name.
    /// </summary>
    private static string Short(string id, bool isOverloaded)
    {
        string[] parts = id.Split('(', 2);
        string name = parts[0].Replace("M:ShapeKit.", "", StringComparison.Ordinal).Replace("P:ShapeKit.", "", StringComparison.Ordinal);
        if (!isOverloaded || parts.Length == 1)
        {
            return name;
        }

        string parameters = Regex.Replace(parts[1].TrimEnd(')'), @"\b(\w+\.)+", "").Replace('{', '<').Replace('}', '>');
        return $"{name}({Regex.Match(parameters, @"^(?:[^,<[]|<[^>]*>+|\[[^]]*\])*").Value})";
    }

    private static bool IsPublic(string id)
    {
        (Type? type, string name) = Split(id);
        return type is { IsPublic: true }
            && id[0] switch
            {
                'M' when name == "#ctor" => type.GetConstructors().Length > 0,
                'M' => type.GetMethods().Any(method => method.Name == name),
                'P' => type.GetProperties().Any(property => property.Name == name),
                _ => false,
            };
    }

    private static PropertyInfo? PropertyOf(string id)
    {
        (Type? type, string name) = Split(id);
        bool holdsResults = type!.GetConstructors().SelectMany(constructor => constructor.GetParameters()).Any(p => p.Name == name);
        return id[0] == 'P' && !holdsResults && type.GetProperty(name) is { CanWrite: true } property ? property : null;
    }

    private static IEnumerable<(string Name, Type Type, string Text)> ParametersOf(string id, XElement documentation)
    {
        (Type? type, string name) = Split(id);
        XElement[] documented = [.. documentation.Elements("param")];
        string[] names = [.. documented.Select(parameter => parameter.Attribute("name")!.Value)];
        MethodBase[] methods =
            id[0] != 'M' ? []
            : name == "#ctor" ? type!.GetConstructors()
            : [.. type!.GetMethods().Where(method => method.Name == name)];
        ParameterInfo[]? parameters = methods
            .Select(method => method.GetParameters())
            .FirstOrDefault(parameters => parameters.Select(parameter => parameter.Name).SequenceEqual(names));
        return (parameters ?? [])
            .Where(parameter => name != "#ctor" || type!.GetProperty(parameter.Name!) is null)
            .Zip(documented.Where(p => name != "#ctor" || type!.GetProperty(p.Attribute("name")!.Value) is null))
            .Select(pair => (pair.First.Name!, pair.First.ParameterType, Text(pair.Second)));
    }

    private static (Type? Type, string Name) Split(string id)
    {
        string full = id[2..].Split('(')[0];
        int dot = full.LastIndexOf('.');
        return (Library.GetType(full[..dot]), full[(dot + 1)..]);
    }

    private static string NameOf(string id) => id[(id.LastIndexOf('.') + 1)..];

    private static string Text(XElement element) =>
        Regex
            .Replace(
                string.Concat(
                    element
                        .DescendantNodes()
                        .Select(node =>
                            node switch
                            {
                                XText text => text.Value,
                                XElement { Name.LocalName: "paramref" or "see" } reference => NameOf(
                                    (reference.Attribute("name") ?? reference.Attribute("cref"))?.Value.Split('(')[0] ?? ""
                                ),
                                _ => "",
                            }
                        )
                ),
                @"\s+",
                " "
            )
            .Trim();
}

/// <summary>The numbers nearest to the documented bounds of a number.</summary>
/// <param name="Inside">Those that are accepted.</param>
/// <param name="Outside">Those that are refused.</param>
internal sealed record Bounds(IReadOnlyList<double> Inside, IReadOnlyList<double> Outside)
{
    private const string Figure = @"(\d+(?:\.\d+)?(?=\D|$))";

    /// <summary>
    /// Reads bounds as the documentation writes them: <c>0 to 6</c>, <c>in 0..1</c>, <c>1 to the size</c>, <c>at least 1</c>,
    /// <c>0 or more</c>, <c>above 0</c>, <c>below 1</c>.
    /// </summary>
    public static Bounds Of(string text, bool isWhole)
    {
        List<double> inside = [],
            outside = [];
        if (Regex.Match(text, $@"(?:^|\W){Figure} (?:\([a-z ]+\) )?to {Figure}|in {Figure}\.\.{Figure}") is { Success: true } range)
        {
            double[] ends = [.. range.Groups.Values.Skip(1).Where(end => end.Success).Select(end => Number(end.Value))];
            inside.AddRange(ends);
            outside.AddRange([Before(ends[0]), After(ends[1])]);
        }
        else if (Regex.Match(text, $@"at least {Figure}|{Figure} or more|(?:^|\W){Figure} to (?:the|N)\b") is { Success: true } least)
        {
            double end = Number(least.Groups.Values.Skip(1).First(group => group.Success).Value);
            inside.Add(end);
            outside.Add(Before(end));
        }

        if (Regex.Match(text, $"above {Figure}") is { Success: true } above)
        {
            inside.Add(After(Number(above.Groups[1].Value)));
            outside.Add(Number(above.Groups[1].Value));
        }

        if (Regex.Match(text, $"below {Figure}") is { Success: true } below)
        {
            inside.Add(Before(Number(below.Groups[1].Value)));
            outside.Add(Number(below.Groups[1].Value));
        }

        if (outside.Count > 0 && !isWhole)
        {
            outside.AddRange([double.NaN, double.PositiveInfinity, double.NegativeInfinity]);
        }

        return new(inside, outside);

        double Before(double value) => isWhole ? value - 1 : Math.BitDecrement(value);
        double After(double value) => isWhole ? value + 1 : Math.BitIncrement(value);
        static double Number(string figure) => double.Parse(figure, CultureInfo.InvariantCulture);
    }
}
