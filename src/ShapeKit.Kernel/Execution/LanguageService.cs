using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Completion;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.QuickInfo;
using Microsoft.CodeAnalysis.Text;

namespace ShapeKit.Kernel.Execution;

/// <summary>Completion and documentation, by the services of Roslyn: each cell is a script that continues the one before it.</summary>
internal sealed class LanguageService
{
    private readonly object _gate = new();
    private readonly List<(string Code, ImmutableList<MetadataReference> References)> _waiting = [];
    private readonly Lazy<AdhocWorkspace> _workspace = new(() => new AdhocWorkspace(MefHostServices.Create(MefHostServices.DefaultAssemblies)));
    private Solution? _solution;
    private ProjectId? _last;
    private int _known;

    /// <summary>Remembers a cell that has run; it is looked at when somebody asks.</summary>
    public void Add(string code, ImmutableList<MetadataReference> references)
    {
        lock (_gate)
        {
            _waiting.Add((code, references));
        }
    }

    public async Task<CompletionList> CompleteAsync(string code, int position, ImmutableList<MetadataReference> references, CancellationToken cancellationToken)
    {
        position = Math.Clamp(position, 0, code.Length);
        Document document = await OpenAsync(code, references, cancellationToken).ConfigureAwait(false);
        CompletionService service = CompletionService.GetService(document)!;
        Microsoft.CodeAnalysis.Completion.CompletionList found = await service.GetCompletionsAsync(document, position, cancellationToken: cancellationToken).ConfigureAwait(false);
        string typed = code[Math.Min(found.Span.Start, position)..position];
        return new CompletionList(
            found.Span.Start,
            found.Span.End,
            [
                .. found.ItemsList
                    .Where(item => item.FilterText.Contains(typed, StringComparison.OrdinalIgnoreCase))
                    .OrderBy(item => item.FilterText.StartsWith(typed, StringComparison.Ordinal) ? 0 : item.FilterText.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 1 : 2)
                    .Select(item => new Completion(
                    item.Properties.GetValueOrDefault("InsertionText", item.DisplayText),
                    item.DisplayTextPrefix + item.DisplayText + item.DisplayTextSuffix,
                    item.Tags.FirstOrDefault()?.ToLowerInvariant() ?? "text")),
            ]);
    }

    public async Task<Inspection?> InspectAsync(string code, int position, ImmutableList<MetadataReference> references, CancellationToken cancellationToken)
    {
        position = Math.Clamp(position, 0, code.Length);
        Document document = await OpenAsync(code, references, cancellationToken).ConfigureAwait(false);
        QuickInfoService service = QuickInfoService.GetService(document)!;
        QuickInfoItem? info = await service.GetQuickInfoAsync(document, position, cancellationToken).ConfigureAwait(false);
        if (info is null && await CalledNameAsync(document, position, cancellationToken).ConfigureAwait(false) is { } called)
        {
            info = await service.GetQuickInfoAsync(document, called, cancellationToken).ConfigureAwait(false);
        }

        if (info is null)
        {
            return null;
        }

        string[] documentation =
        [
            .. info.Sections.Where(s => s.Kind is not QuickInfoSectionKinds.Description).Select(s => s.Text.Trim()).Where(t => t.Length > 0),
        ];
        return new Inspection(
            info.Sections.FirstOrDefault(s => s.Kind == QuickInfoSectionKinds.Description)?.Text ?? "", string.Join("\n\n", documentation));
    }

    public static Completeness IsComplete(string code)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(Directive.Split(code).Code, CellCompiler.ParseOptions);
        if (SyntaxFactory.IsCompleteSubmission(tree))
        {
            bool wrong = tree.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error);
            return new Completeness(wrong ? CompletenessStatus.Invalid : CompletenessStatus.Complete, "");
        }

        int open = 0;
        foreach (SyntaxToken token in tree.GetRoot().DescendantTokens().Where(t => !t.IsMissing))
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

    /// <summary>A cell as a document that sees all cells that have run.</summary>
    private async Task<Document> OpenAsync(string code, ImmutableList<MetadataReference> references, CancellationToken cancellationToken)
    {
        Solution solution;
        Project? last;
        int known;
        lock (_gate)
        {
            _solution ??= _workspace.Value.CurrentSolution;
            foreach ((string earlier, ImmutableList<MetadataReference> seen) in _waiting)
            {
                (_solution, DocumentId added) = Append(_solution, earlier, seen.Skip(_known), _last);
                _last = added.ProjectId;
                _known = seen.Count;
            }

            _waiting.Clear();
            solution = _solution;
            last = _solution.GetProject(_last);
            known = _known;
        }

        // Before the solution is copied: so every later request finds the earlier cells understood.
        if (last is not null)
        {
            await last.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        }

        (Solution forked, DocumentId document) = Append(solution, Directive.Split(code).Code, references.Skip(known), last?.Id);
        return forked.GetDocument(document)!;
    }

    private static (Solution Solution, DocumentId Document) Append(
        Solution solution, string code, IEnumerable<MetadataReference> references, ProjectId? previous)
    {
        string name = $"Cell{solution.ProjectIds.Count + 1}";
        var project = ProjectInfo.Create(
            ProjectId.CreateNewId(),
            VersionStamp.Create(),
            name,
            name,
            LanguageNames.CSharp,
            compilationOptions: previous is null ? CellCompiler.Options : CellCompiler.Options.WithUsings(),
            parseOptions: CellCompiler.ParseOptions,
            projectReferences: previous is null ? [] : [new ProjectReference(previous)],
            metadataReferences: references,
            isSubmission: true);
        var document = DocumentInfo.Create(
            DocumentId.CreateNewId(project.Id),
            name,
            sourceCodeKind: SourceCodeKind.Script,
            loader: TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Create())));
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
/// <param name="Kind">What it is, such as <c>method</c>, <c>property</c>, <c>class</c>, <c>local</c> or <c>keyword</c>.</param>
public sealed record Completion(string Text, string DisplayText, string Kind);

/// <summary>What a name means.</summary>
/// <param name="Signature">The declaration, such as <c>int string.Length { get; }</c>.</param>
/// <param name="Documentation">What its author wrote about it; empty when nothing.</param>
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
