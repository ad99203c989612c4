using System.Collections.Immutable;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Tags;
using Microsoft.CodeAnalysis.Text;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// Completion and documentation, by the services of Roslyn: the edited cell is a script that continues two with all that earlier cells
/// declare.
/// </summary>
internal sealed class LanguageService
{
    /// <summary>The error of a string that its line should have ended: no further line mends it.</summary>
    private const string EndOfLineInString = "CS1010";

    /// <summary>After so many cells the first script takes in what the second holds.</summary>
    private const int MostRecent = 50;

    /// <summary>What every object has, and is seldom looked for: it comes last.</summary>
    private static readonly HashSet<string> ObjectMembers =
    [
        .. typeof(object)
            .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
            .Select(m => m.Name),
    ];

    private readonly object _gate = new();
    private readonly Lazy<(Solution Solution, DocumentId Settled, DocumentId Recent, DocumentId Edited)> _start = new(Start);
    private readonly VisibleDeclarations _all = new();

    /// <summary>What the newest cells declare: a small script, because it is understood anew after each cell.</summary>
    private VisibleDeclarations _recent = new();
    private int _recentCells;
    private bool _declared;

    /// <summary>The scripts as they were last seen: their next version is quicker to understand.</summary>
    private Solution? _seen;

    /// <summary>The last completion: the code up to what it replaces, where that is in its line, and what it offered.</summary>
    private (string Code, int Column, HashSet<string> Texts) _offered = ("", 0, []);

    /// <summary>Remembers what a cell that runs declares.</summary>
    public void Add(CSharpCompilation cell)
    {
        lock (_gate)
        {
            _all.Add(cell);
            _recent.Add(cell);
            _recentCells++;
            _declared = true;
        }
    }

    /// <summary>Asks once for everything, so that the reader does not wait while the services load.</summary>
    public async Task WarmUpAsync(ImmutableList<MetadataReference> references)
    {
        await CompleteAsync("\"\".", 3, references, CancellationToken.None).ConfigureAwait(false);
        await CompleteAsync("Mat", 3, references, CancellationToken.None).ConfigureAwait(false);
        await InspectAsync("Math.Max", 8, references, CancellationToken.None).ConfigureAwait(false);
    }

    public async Task<CompletionList> CompleteAsync(
        string code,
        int position,
        ImmutableList<MetadataReference> references,
        CancellationToken cancellationToken
    )
    {
        position = Math.Clamp(position, 0, code.Length);
        Document document = Open(code, references);
        CompletionService service = CompletionService.GetService(document)!;
        Microsoft.CodeAnalysis.Completion.CompletionList found = await service
            .GetCompletionsAsync(document, position, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        int start = Math.Min(found.Span.Start, position);
        string typed = code[start..position];
        HashSet<string> own =
            start > 0 && code[start - 1] == '.' ? [] : await NamesOfCellsAsync(document, cancellationToken).ConfigureAwait(false);
        Completion[] items =
        [
            .. found
                .ItemsList.Where(item => item.FilterText.Contains(typed, StringComparison.OrdinalIgnoreCase))
                .OrderBy(item =>
                    item.FilterText.StartsWith(typed, StringComparison.Ordinal) ? 0
                    : item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 1
                    : 2
                )
                .ThenBy(item =>
                    ObjectMembers.Contains(item.FilterText) ? 2
                    : item.Tags.Contains(WellKnownTags.ExtensionMethod) ? 1
                    : 0
                )
                .Select(item => new Completion(
                    item.Properties.GetValueOrDefault("InsertionText", item.DisplayText),
                    item.DisplayTextPrefix + item.DisplayText + item.DisplayTextSuffix,
                    Kind(item.Tags.FirstOrDefault(), own.Contains(item.DisplayText))
                )),
        ];
        lock (_gate)
        {
            _offered = (code[..start], start - (code.AsSpan(0, start).LastIndexOf('\n') + 1), [.. items.Select(item => item.Text)]);
        }

        return new CompletionList(found.Span.Start, found.Span.End, items);
    }

    public async Task<Inspection?> InspectAsync(
        string code,
        int position,
        ImmutableList<MetadataReference> references,
        CancellationToken cancellationToken
    )
    {
        (code, position) = Meant(code, Math.Clamp(position, 0, code.Length));
        Document document = Open(code, references);
        QuickInfoService service = QuickInfoService.GetService(document)!;
        QuickInfoItem? info = await service.GetQuickInfoAsync(document, position, cancellationToken).ConfigureAwait(false);
        if (info is null && await CalledNameAsync(document, position, cancellationToken).ConfigureAwait(false) is { } called)
        {
            position = called;
            info = await service.GetQuickInfoAsync(document, position, cancellationToken).ConfigureAwait(false);
        }

        if (info is null)
        {
            return null;
        }

        SemanticModel model = (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false))!;
        string[] parts =
        [
            Section(QuickInfoSectionKinds.DocumentationComments),
            .. Documentation.Parameters(Symbol(model, position, cancellationToken)),
            Section(QuickInfoSectionKinds.ReturnsDocumentationComments),
            Section(QuickInfoSectionKinds.ValueDocumentationComments),
            Section(QuickInfoSectionKinds.Exception),
            Section(QuickInfoSectionKinds.RemarksDocumentationComments),
        ];
        return new Inspection(Section(QuickInfoSectionKinds.Description), string.Join("\n\n", parts.Where(part => part.Length > 0)));

        string Section(string kind) => info.Sections.FirstOrDefault(s => s.Kind == kind)?.Text.ReplaceLineEndings("\n").Trim() ?? "";
    }

    public static Completeness IsComplete(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Directive.Split(CellPart.CSharpOf(code)).Code, CellCompiler.ParseOptions);
        Diagnostic[] errors = [.. tree.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)];
        if (SyntaxFactory.IsCompleteSubmission(tree) || errors.Any(e => e.Id == EndOfLineInString))
        {
            return new Completeness(errors.Length > 0 ? CompletenessStatus.Invalid : CompletenessStatus.Complete, "");
        }

        SyntaxToken[] tokens = [.. tree.GetRoot().DescendantTokens().Where(t => !t.IsMissing && !t.IsKind(SyntaxKind.EndOfFileToken))];
        int open = tokens.LastOrDefault() switch
        {
            {
                RawKind: (int)SyntaxKind.ElseKeyword
                    or (int)SyntaxKind.DoKeyword
                    or (int)SyntaxKind.EqualsGreaterThanToken
                    or (int)SyntaxKind.DotToken
            } => 1,
            { RawKind: (int)SyntaxKind.CloseParenToken, Parent: StatementSyntax } => 1,
            _ => 0,
        };
        foreach (SyntaxToken token in tokens)
        {
            open += token.Kind() switch
            {
                SyntaxKind.OpenBraceToken or SyntaxKind.OpenParenToken or SyntaxKind.OpenBracketToken => 1,
                SyntaxKind.CloseBraceToken or SyntaxKind.CloseParenToken or SyntaxKind.CloseBracketToken => -1,
                _ => 0,
            };
        }

        return new Completeness(CompletenessStatus.Incomplete, new string(' ', 4 * Math.Max(0, open)));
    }

    /// <summary>Inside the parentheses of a call: where the called name stands.</summary>
    private static async Task<int?> CalledNameAsync(Document document, int position, CancellationToken cancellationToken)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
        SyntaxNode? call = position == 0 ? null : root.FindToken(position - 1).Parent?.FirstAncestorOrSelf<ArgumentListSyntax>()?.Parent;
        return call switch
        {
            InvocationExpressionSyntax invocation => invocation.Expression.Span.End - 1,
            ObjectCreationExpressionSyntax creation => creation.Type.Span.End - 1,
            _ => null,
        };
    }

    /// <summary>The words that Jupyter front ends know icons for, which are the names of VS Code's kinds.</summary>
    private static string Kind(string? tag, bool isOwn) =>
        tag switch
        {
            WellKnownTags.Field
            or WellKnownTags.Local
            or WellKnownTags.Parameter
            or WellKnownTags.RangeVariable when isOwn || tag != WellKnownTags.Field => "variable",
            // VS Code shows a text's icon for "method" and a method's for "function" (Jupyter extension, mapJupyterKind).
            WellKnownTags.Method or WellKnownTags.ExtensionMethod => "function",
            WellKnownTags.Namespace => "module",
            WellKnownTags.Structure => "struct",
            WellKnownTags.Delegate => "class",
            WellKnownTags.EnumMember => "enumMember",
            WellKnownTags.TypeParameter => "typeParameter",
            _ => tag?.ToLowerInvariant() ?? "text",
        };

    /// <summary>The variables and functions that cells declare, which the compiler makes fields and methods.</summary>
    private static async Task<HashSet<string>> NamesOfCellsAsync(Document document, CancellationToken cancellationToken)
    {
        var names = new HashSet<string>();
        for (
            Compilation? cell = await document.Project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
            cell is not null;
            cell = cell.ScriptCompilationInfo?.PreviousScriptCompilation
        )
        {
            names.UnionWith(cell.ScriptClass?.MemberNames ?? []);
        }

        return names;
    }

    /// <summary>The code that a front end asks about.</summary>
    /// <remarks>
    /// For the documentation of an offered text, VS Code means to send the code up to it, but counts from the start of the code as many
    /// characters as stand before it in its line (Jupyter extension, <c>generateInspectRequestMessage</c>).
    /// </remarks>
    private (string Code, int Position) Meant(string code, int position)
    {
        lock (_gate)
        {
            (string before, int column, HashSet<string> texts) = _offered;
            bool cut =
                column < before.Length
                && position == code.Length
                && code.Length > column
                && code.AsSpan(0, column).SequenceEqual(before.AsSpan(0, column))
                && texts.Contains(code[column..]);
            string meant = cut ? before + code[column..] : code;
            return (meant, cut ? meant.Length : position);
        }
    }

    /// <summary>What the name at a place stands for.</summary>
    private static ISymbol? Symbol(SemanticModel model, int position, CancellationToken cancellationToken)
    {
        SyntaxNode root = model.SyntaxTree.GetRoot(cancellationToken);
        SyntaxToken token = root.FindToken(position);
        if (!token.IsKind(SyntaxKind.IdentifierToken) && position > 0)
        {
            token = root.FindToken(position - 1);
        }

        if (token.Parent is not { } node)
        {
            return null;
        }

        // The type in "new Type(...)" stands for its constructor.
        SyntaxNode named = node.Parent is ObjectCreationExpressionSyntax creation && creation.Type == node ? creation : node;
        SymbolInfo info = model.GetSymbolInfo(named, cancellationToken);
        return model.GetDeclaredSymbol(node, cancellationToken) ?? info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
    }

    /// <summary>A cell as a document that sees what all cells that have run declare.</summary>
    private Document Open(string code, ImmutableList<MetadataReference> references)
    {
        (Solution solution, DocumentId settled, DocumentId recent, DocumentId edited) = _start.Value;
        lock (_gate)
        {
            solution = _seen ?? solution;
            if (!solution.GetProject(settled.ProjectId)!.MetadataReferences.SequenceEqual(references))
            {
                solution = solution.WithProjectMetadataReferences(settled.ProjectId, references);
            }

            if (_recentCells > MostRecent)
            {
                solution = solution.WithDocumentText(settled, SourceText.From(_all.ToString()));
                _recent = new VisibleDeclarations();
                _recentCells = 0;
            }

            if (_declared)
            {
                solution = solution.WithDocumentText(recent, SourceText.From(_recent.ToString()));
                _declared = false;
            }

            _seen = solution.WithDocumentText(edited, SourceText.From(Directive.Split(CellPart.CSharpOf(code)).Code));
            return _seen.GetDocument(edited)!;
        }
    }

    /// <summary>Three empty scripts; each continues the one before it.</summary>
    private static (Solution Solution, DocumentId Settled, DocumentId Recent, DocumentId Edited) Start()
    {
        Solution solution = new AdhocWorkspace(MefHostServices.Create(MefHostServices.DefaultAssemblies)).CurrentSolution;
        (solution, DocumentId settled) = Append(solution, "Settled", CellCompiler.Options, previous: null);
        (solution, DocumentId recent) = Append(solution, "Recent", CellCompiler.Options.WithUsings(), settled.ProjectId);
        (solution, DocumentId edited) = Append(solution, "Edited", CellCompiler.Options.WithUsings(), recent.ProjectId);
        return (solution, settled, recent, edited);
    }

    private static (Solution Solution, DocumentId Document) Append(
        Solution solution,
        string name,
        CompilationOptions options,
        ProjectId? previous
    )
    {
        var project = ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Create(),
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: options,
            parseOptions: CellCompiler.ParseOptions,
            projectReferences: previous is null ? [] : [new ProjectReference(previous)],
            isSubmission: true
        );
        var document = DocumentInfo.Create(
            DocumentId.CreateNewId(project.Id),
            name,
            sourceCodeKind: SourceCodeKind.Script,
            loader: TextLoader.From(TextAndVersion.Create(SourceText.From(""), VersionStamp.Create()))
        );
        return (solution.AddProject(project.WithDocuments([document])), document.Id);
    }
}

/// <summary>What could stand between two places in a cell, the likeliest first.</summary>
/// <param name="Start">Where the text that a completion replaces begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Items">The completions.</param>
public sealed record CompletionList(int Start, int End, IReadOnlyList<Completion> Items);

/// <summary>One way to complete a text.</summary>
/// <param name="Text">What is put in.</param>
/// <param name="DisplayText">What a list shows.</param>
/// <param name="Kind">What it is, in the words of Jupyter front ends: <c>function</c> also for a method, <c>property</c>, <c>class</c>,
/// <c>variable</c>, <c>module</c> for a namespace.</param>
public sealed record Completion(string Text, string DisplayText, string Kind);

/// <summary>What a name means.</summary>
/// <param name="Signature">The declaration, such as <c>int string.Length { get; }</c>.</param>
/// <param name="Documentation">What its author wrote about it, as text and Markdown alike; empty when nothing.</param>
public sealed record Inspection(string Signature, string Documentation);

/// <summary>Whether code can run, goes on, or is wrong.</summary>
public enum CompletenessStatus
{
    Complete,
    Incomplete,
    Invalid,
}

/// <summary>Whether code can run, and how far the next line is indented when it goes on.</summary>
public sealed record Completeness(CompletenessStatus Status, string Indent);
