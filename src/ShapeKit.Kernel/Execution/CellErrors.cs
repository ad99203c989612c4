using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ShapeKit.Kernel.Display;

namespace ShapeKit.Kernel.Execution;

/// <summary>Says what went wrong in the words of the cell: its lines, its methods, nothing of the engine.</summary>
internal static class CellErrors
{
    /// <summary>What runs tasks and awaits; it stands between a cell and whatever it called.</summary>
    private static readonly Regex EngineNamespace = new(@"^System\.(Runtime|Threading)\b");
    private static readonly Regex LocalFunction = new(@">g__(\w+)\|");
    private static readonly Regex GenericArity = new(@"`\d+");
    private const int MostFrames = 8;
    private const int MostExceptions = 20;

    public static ErrorOutput Interrupted { get; } = Named("Interrupted", "The cell was stopped; variables keep the values they had.");

    public static ErrorOutput Named(string name, string message) => new(name, message, [$"{name}: {message}"]);

    /// <summary>Each error with line and column, its source line and a caret under the place.</summary>
    public static ErrorOutput Compilation(IEnumerable<Diagnostic> diagnostics)
    {
        List<Diagnostic> errors =
        [
            .. diagnostics
                .Where(d => d.Severity == DiagnosticSeverity.Error)
                .OrderBy(d => d.Location.SourceTree is null)
                .ThenBy(d => d.Location.SourceTree?.FilePath, StringComparer.Ordinal)
                .ThenBy(d => d.Location.SourceSpan.Start)
                .DistinctBy(d => CellHints.Instead(d) ?? (object)d),
        ];
        var lines = new List<string>();
        foreach (Diagnostic error in errors)
        {
            lines.Add(Headline(error));
            if (error.Location.SourceTree is { } tree)
            {
                LinePosition start = error.Location.GetLineSpan().StartLinePosition;
                string source = tree.GetText().Lines[start.Line].ToString();
                int column = Math.Min(start.Character, source.Length);
                string indent = string.Concat(source[..column].Select(c => c == '\t' ? '\t' : ' '));
                int width = Math.Clamp(error.Location.SourceSpan.Length, 1, Math.Max(1, source.Length - column));
                lines.Add("    " + source);
                lines.Add("    " + indent + new string('^', width));
                if (CellHints.For(error, source[..column]) is { } hint && !lines.Contains(hint))
                {
                    lines.Add(hint);
                }
            }
        }

        return new ErrorOutput("CompilationError", Headline(errors[0]), lines);
    }

    /// <summary>An exception's type and message, the reader's own lines first, then what they called; inner exceptions below.</summary>
    public static ErrorOutput Exception(Exception exception, Func<Assembly, bool> isCell)
    {
        exception = Unwrap(exception);
        var lines = new List<string>();
        var rest = new Stack<Exception>([exception]);
        for (int told = 0; rest.TryPop(out Exception? current); told++)
        {
            if (told == MostExceptions)
            {
                lines.Add($"… {rest.Count + 1} more causes");
                break;
            }

            lines.Add($"{(current == exception ? "" : "caused by ")}{Name(current)}: {ExceptionText.Message(current)}");
            lines.AddRange(Frames(current, isCell));
            foreach (Exception cause in Causes(current).Reverse())
            {
                rest.Push(Unwrap(cause));
            }
        }

        return new ErrorOutput(Name(exception), ExceptionText.Message(exception), lines);
    }

    private static string Headline(Diagnostic error)
    {
        FileLinePositionSpan span = error.Location.GetLineSpan();
        string place = error.Location.SourceTree is null
            ? ""
            : $"{span.Path}, line {span.StartLinePosition.Line + 1}, column {span.StartLinePosition.Character + 1}: ";
        return $"{place}{CellHints.Instead(error) ?? $"{error.Id} {error.GetMessage()}"}";
    }

    private static Exception Unwrap(Exception exception) =>
        exception switch
        {
            AggregateException { InnerExceptions.Count: 1 } or TargetInvocationException { InnerException: not null } => Unwrap(
                exception.InnerException!
            ),
            _ => exception,
        };

    private static IEnumerable<Exception> Causes(Exception exception) =>
        exception is AggregateException all ? all.InnerExceptions
        : exception.InnerException is { } inner ? [inner]
        : [];

    private static string Name(Exception exception) => exception.GetType().Name;

    private static IEnumerable<string> Frames(Exception exception, Func<Assembly, bool> isCell)
    {
        var own = new List<StackFrame>();
        var called = new List<StackFrame>();
        // An endless recursion has a hundred thousand frames.
        var cells = new Dictionary<Assembly, bool>();
        foreach (StackFrame frame in new StackTrace(exception, fNeedFileInfo: true).GetFrames())
        {
            if (
                frame.GetMethod() is not { DeclaringType: { } type, Name: not GuardRewriter.ContractGetter }
                || type.Assembly == typeof(CellErrors).Assembly
            )
            {
                continue;
            }

            if (!cells.TryGetValue(type.Assembly, out bool ofCell))
            {
                cells[type.Assembly] = ofCell = isCell(type.Assembly);
            }

            if (!ofCell && own.Count == 0)
            {
                called.Add(frame);
            }
            else if (ofCell && frame.HasSource())
            {
                own.Add(frame);
            }
        }

        return own.Take(MostFrames)
            .Select(Own)
            .Concat(own.Count > MostFrames ? [$"   … {own.Count - MostFrames} more lines"] : [])
            .Concat(
                called
                    .AsEnumerable()
                    .Reverse()
                    .Select(frame => frame.GetMethod()!)
                    .Where(method => !EngineNamespace.IsMatch(method.DeclaringType!.Namespace ?? ""))
                    .Select(method => $"   in {FullName(method.DeclaringType!)}.{MethodName(method.DeclaringType!, method)}")
                    .Distinct()
                    .Take(MostFrames)
            );
    }

    private static string Own(StackFrame frame)
    {
        MethodBase method = frame.GetMethod()!;
        string name = MethodName(method.DeclaringType!, method);
        return $"   at {(name.Length > 0 ? name + " in " : "")}{frame.GetFileName()}, line {frame.GetFileLineNumber()}";
    }

    private static string FullName(Type type)
    {
        while (type.Name.StartsWith('<') && type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return GenericArity.Replace((type.FullName ?? type.Name).Replace('+', '.'), "");
    }

    /// <summary>The name as it was written: the compiler hides it in <c>&lt;Name&gt;b__0</c>, or in the name of a state machine.</summary>
    private static string MethodName(Type type, MethodBase method)
    {
        string name = method.Name == "MoveNext" && type.Name.StartsWith('<') ? type.Name : method.Name;
        Match local = LocalFunction.Match(name);
        if (local.Success)
        {
            return local.Groups[1].Value;
        }

        while (name.StartsWith('<') && name.LastIndexOf('>') is > 0 and var end)
        {
            name = name[1..end];
        }

        return name is "Initialize" or "Main" or "Factory" ? ""
            : name.TrimStart('.') is "ctor" or "cctor" ? "the constructor"
            : name;
    }
}
