using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Text;

namespace ShapeKit.Kernel.Execution;

/// <summary>
/// Puts a call of <see cref="CellGuard"/> into every loop and function of a cell and before what calls something, and
/// <see cref="CellConsole"/> between it and the console's input. No line moves.
/// </summary>
/// <param name="model">The meaning of the code as it was written; asked only where its text does not tell enough.</param>
/// <param name="bare">Statements and members that stay as they were written; null where none is known to bear no guards.</param>
internal sealed class GuardRewriter(Lazy<SemanticModel> model, IReadOnlySet<TextSpan>? bare = null) : CSharpSyntaxRewriter
{
    /// <summary>Where a statement or member stood, so that an error in its guards can be traced back to it.</summary>
    private const string Origin = "origin";

    /// <summary>Of a statement that can't be interrupted the reader sees this much.</summary>
    private const int LongestExcerpt = 60;

    /// <summary>The property by which records tell their types apart.</summary>
    private const string Contract = "EqualityContract";

    /// <summary>Bears a guard that nobody wrote.</summary>
    public const string ContractGetter = "get_" + Contract;

    /// <summary>How many lambdas or queries around the visited code are data, which can hold no statements.</summary>
    private int _trees;

    /// <summary>Whether the visited code makes the value of a field or property.</summary>
    private bool _initializes;

    private static readonly StatementSyntax Loop = Call(nameof(CellGuard.Loop));
    private static readonly StatementSyntax Enter = Call(nameof(CellGuard.Enter));
    private static readonly ExpressionSyntax Entered = SyntaxFactory.ParseExpression(
        $"global::{typeof(CellGuard).FullName}.{nameof(CellGuard.Entered)}()"
    );

    /// <summary>Methods that a cell calls only as <see cref="CellGuard"/> has them, by their names there, and whose they are.</summary>
    private static readonly ImmutableDictionary<string, Type> Replaced = ImmutableDictionary.CreateRange<string, Type>([
        new(nameof(CellGuard.Exit), typeof(Environment)),
        new(nameof(CellGuard.Collect), typeof(GC)),
    ]);
    private static readonly ExpressionSyntax InputEncoding = SyntaxFactory.ParseExpression(
        $"global::{typeof(CellConsole).FullName}.{nameof(CellConsole.InputEncoding)}"
    );

    /// <summary>The statement or member, as it was written, whose guards an error concerns; null where it is none of those.</summary>
    public static TextSpan? OriginOf(SyntaxNode root, Diagnostic error)
    {
        if (error.Location.SourceTree != root.SyntaxTree)
        {
            return null;
        }

        string? origin = root.FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true)
            .AncestorsAndSelf()
            .SelectMany(node => node.GetAnnotations(Origin))
            .FirstOrDefault()
            ?.Data;
        return origin?.Split('+').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray() is [int start, int length]
            ? new TextSpan(start, length)
            : null;
    }

    public override SyntaxNode? Visit(SyntaxNode? node) =>
        (bare, node) switch
        {
            (null, _) or (_, not (StatementSyntax or MemberDeclarationSyntax)) => base.Visit(node),
            _ when bare.Contains(node.Span) => node,
            _ => base.Visit(node)
                ?.WithAdditionalAnnotations(
                    new SyntaxAnnotation(Origin, string.Create(CultureInfo.InvariantCulture, $"{node.Span.Start}+{node.Span.Length}"))
                ),
        };

    public override SyntaxNode? VisitCompilationUnit(CompilationUnitSyntax node) =>
        node.WithMembers(
            SyntaxFactory.List(
                node.Members.SelectMany(member =>
                    member is GlobalStatementSyntax global
                        ? Guarded(global.Statement).Select(statement => (MemberDeclarationSyntax)SyntaxFactory.GlobalStatement(statement))
                        :
                        [
                            .. member is FieldDeclarationSyntax && Calls(member)
                                ? [SyntaxFactory.GlobalStatement(At(member))]
                                : Array.Empty<MemberDeclarationSyntax>(),
                            (MemberDeclarationSyntax)Visit(member)!,
                        ]
                )
            )
        );

    public override SyntaxNode? VisitBlock(BlockSyntax node) =>
        node.WithStatements(SyntaxFactory.List(node.Statements.SelectMany(Guarded)));

    public override SyntaxNode? VisitSwitchSection(SwitchSectionSyntax node)
    {
        IEnumerable<StatementSyntax> statements = node.Statements.SelectMany(Guarded);
        bool isTarget = node.Parent!.DescendantNodes().OfType<GotoStatementSyntax>().Any(jump => !jump.IsKind(SyntaxKind.GotoStatement));
        return node.WithLabels(VisitList(node.Labels)).WithStatements(SyntaxFactory.List(isTarget ? statements.Prepend(Loop) : statements));
    }

    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        var call = (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!;
        if (Precondition(node.Expression) is { } method)
        {
            return Before(method, call);
        }

        return call == node && !TextsChange ? node : call.WithArgumentList(call.ArgumentList.AddArguments(Texts(node)));
    }

    public override SyntaxNode? VisitMemberAccessExpression(MemberAccessExpressionSyntax node) =>
        IsReplaced(node, node.Name) ? Replacement(node, node.Name)
        : base.VisitMemberAccessExpression(node) is not MemberAccessExpressionSyntax visited ? null
        : !IsCalled(node) && Precondition(node) is { } method ? Later(method, visited, visited.Expression)
        : visited;

    public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) =>
        node.Parent is MemberAccessExpressionSyntax or QualifiedNameSyntax or MemberBindingExpressionSyntax ? node
        : IsReplaced(node, node) ? Replacement(node, node)
        : !IsCalled(node) && Precondition(node) is { IsStatic: true } method ? Later(method, node, node)
        : node;

    private static bool IsCalled(ExpressionSyntax node) => node.Parent is InvocationExpressionSyntax call && call.Expression == node;

    /// <summary>The method that an expression names, when something is to be called before it.</summary>
    private IMethodSymbol? Precondition(ExpressionSyntax node) =>
        _trees == 0
        && node is MemberAccessExpressionSyntax or MemberBindingExpressionSyntax or SimpleNameSyntax
        && node.GetLastToken().ValueText is var name
        && CellEngine.Preconditions.Keys.Any(key => key.EndsWith("." + name, StringComparison.Ordinal))
        && model.Value.GetSymbolInfo(node).Symbol is IMethodSymbol method
        && CellEngine.Preconditions.ContainsKey(FullName(method))
            ? method
            : null;

    private static string FullName(IMethodSymbol method) => $"{method.ContainingType.ToDisplayString()}.{method.Name}";

    /// <summary>A call of such a method, by way of the guard; its object stays where it is.</summary>
    private static InvocationExpressionSyntax Before(IMethodSymbol method, InvocationExpressionSyntax call)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = call.ArgumentList.Arguments;
        IEnumerable<ArgumentSyntax> inOrder = method.Parameters.Select(parameter =>
            (
                arguments.FirstOrDefault(argument => argument.NameColon?.Name.ToString() == parameter.Name) ?? arguments[parameter.Ordinal]
            ).WithNameColon(null)
        );
        SimpleNameSyntax before = SyntaxFactory.GenericName(SyntaxFactory.Identifier(nameof(CallGuard.Before)), TypesOf(method));
        ExpressionSyntax guard = call.Expression switch
        {
            MemberAccessExpressionSyntax member when !method.IsStatic => member.WithName(before.WithTriviaFrom(member.Name)),
            MemberBindingExpressionSyntax member => member.WithName(before.WithTriviaFrom(member.Name)),
            _ => OnAsManyLines(Guard(typeof(CallGuard), before), call.Expression),
        };
        return call.WithExpression(guard)
            .WithArgumentList(
                call.ArgumentList.WithArguments(SyntaxFactory.SeparatedList([.. inOrder, .. HowToCall(method, call.Expression)]))
            );
    }

    /// <summary>Such a method as a delegate, by way of the guard.</summary>
    private static ExpressionSyntax Later(IMethodSymbol method, ExpressionSyntax named, ExpressionSyntax left)
    {
        ExpressionSyntax guard = Guard(
            typeof(CellGuard),
            SyntaxFactory.GenericName(
                SyntaxFactory.Identifier(method.IsStatic ? nameof(CellGuard.Later) : nameof(CellGuard.LaterOf)),
                TypesOf(method)
            )
        );
        IEnumerable<ArgumentSyntax> bound = method.IsStatic ? [] : [SyntaxFactory.Argument(left.WithoutLeadingTrivia())];
        return OnAsManyLines(
            SyntaxFactory.InvocationExpression(
                guard,
                SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList([.. bound, .. HowToCall(method, named)]))
            ),
            named
        );
    }

    private static ExpressionSyntax Guard(Type type, SimpleNameSyntax method) =>
        SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression,
            SyntaxFactory.ParseExpression($"global::{type.FullName}"),
            method
        );

    private static TypeArgumentListSyntax TypesOf(IMethodSymbol method)
    {
        ITypeSymbol left = method.IsStatic ? method.Parameters[0].Type : method.ContainingType;
        return SyntaxFactory.TypeArgumentList(
            SyntaxFactory.SeparatedList(
                new[] { left, method.Parameters[^1].Type, method.ReturnType }.Select(type =>
                    SyntaxFactory.ParseTypeName(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat))
                )
            )
        );
    }

    /// <summary>What the guard needs to know besides the operands: the method's name, and how it is called.</summary>
    private static ArgumentSyntax[] HowToCall(IMethodSymbol method, ExpressionSyntax named)
    {
        string called = method.IsStatic ? $"{named.WithoutTrivia()}(left, right)" : $"left.{method.Name}(right)";
        return
        [
            SyntaxFactory.Argument(SyntaxFactory.ParseExpression(SymbolDisplay.FormatLiteral(FullName(method), quote: true))),
            SyntaxFactory.Argument(SyntaxFactory.ParseExpression($"(left, right) => {called}")),
        ];
    }

    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node) =>
        base.VisitWhileStatement(node) is WhileStatementSyntax loop ? loop.WithStatement(Guarded(loop.Statement, Loop)) : null;

    public override SyntaxNode? VisitDoStatement(DoStatementSyntax node) =>
        base.VisitDoStatement(node) is DoStatementSyntax loop ? loop.WithStatement(Guarded(loop.Statement, Loop)) : null;

    public override SyntaxNode? VisitForStatement(ForStatementSyntax node) =>
        base.VisitForStatement(node) is ForStatementSyntax loop ? loop.WithStatement(Guarded(loop.Statement, Loop)) : null;

    public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node) =>
        base.VisitForEachStatement(node) is ForEachStatementSyntax loop ? loop.WithStatement(Guarded(loop.Statement, Loop)) : null;

    public override SyntaxNode? VisitForEachVariableStatement(ForEachVariableStatementSyntax node) =>
        base.VisitForEachVariableStatement(node) is ForEachVariableStatementSyntax loop
            ? loop.WithStatement(Guarded(loop.Statement, Loop))
            : null;

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var method = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        return method switch
        {
            { Body: { } body } => method.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => method
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(Block(arrow, method.SemicolonToken, ReturnsValue(method.ReturnType, method.Modifiers))),
            _ => method,
        };
    }

    public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node)
    {
        var function = (LocalFunctionStatementSyntax)base.VisitLocalFunctionStatement(node)!;
        return function switch
        {
            { Body: { } body } => function.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => function
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(Block(arrow, function.SemicolonToken, ReturnsValue(function.ReturnType, function.Modifiers))),
            _ => function,
        };
    }

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node)
    {
        var constructor = (ConstructorDeclarationSyntax)base.VisitConstructorDeclaration(node)!;
        return constructor switch
        {
            { Body: { } body } => constructor.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => constructor
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(Block(arrow, constructor.SemicolonToken, returnsValue: false)),
            _ => constructor,
        };
    }

    public override SyntaxNode? VisitPrimaryConstructorBaseType(PrimaryConstructorBaseTypeSyntax node)
    {
        var initializer = (PrimaryConstructorBaseTypeSyntax)base.VisitPrimaryConstructorBaseType(node)!;
        return WithGuardedCreations(initializer.WithArgumentList(initializer.ArgumentList.AddArguments(Texts(node))));
    }

    public override SyntaxNode? VisitRecordDeclaration(RecordDeclarationSyntax node)
    {
        var record = (RecordDeclarationSyntax)base.VisitRecordDeclaration(node)!;
        return
            node.ClassOrStructKeyword.IsKind(SyntaxKind.StructKeyword)
            || model.Value.GetDeclaredSymbol(node) is not { } type
            || type.GetMembers(Contract).Any(member => !member.IsImplicitlyDeclared)
            || type.DeclaringSyntaxReferences[0].Span != node.Span
            ? record
            : WithContract(record, type);
    }

    public override SyntaxNode? VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        var operation = (OperatorDeclarationSyntax)base.VisitOperatorDeclaration(node)!;
        return operation switch
        {
            { Body: { } body } => operation.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => operation
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(Block(arrow, operation.SemicolonToken, ReturnsValue(operation.ReturnType, operation.Modifiers))),
            _ => operation,
        };
    }

    public override SyntaxNode? VisitConversionOperatorDeclaration(ConversionOperatorDeclarationSyntax node)
    {
        var conversion = (ConversionOperatorDeclarationSyntax)base.VisitConversionOperatorDeclaration(node)!;
        return conversion switch
        {
            { Body: { } body } => conversion.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => conversion
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(Block(arrow, conversion.SemicolonToken, returnsValue: true)),
            _ => conversion,
        };
    }

    public override SyntaxNode? VisitPropertyDeclaration(PropertyDeclarationSyntax node)
    {
        var property = (PropertyDeclarationSyntax)base.VisitPropertyDeclaration(node)!;
        return property.ExpressionBody is { } arrow
            ? property.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(arrow, property.SemicolonToken))
            : property;
    }

    public override SyntaxNode? VisitEqualsValueClause(EqualsValueClauseSyntax node)
    {
        if (
            node.Parent is not PropertyDeclarationSyntax
            && node.Parent is not VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax { Parent: TypeDeclarationSyntax } }
        )
        {
            return base.VisitEqualsValueClause(node);
        }

        _initializes = true;
        var initializer = (EqualsValueClauseSyntax)base.VisitEqualsValueClause(node)!;
        _initializes = false;
        return WithGuardedCreations(initializer);
    }

    public override SyntaxNode? VisitConstructorInitializer(ConstructorInitializerSyntax node)
    {
        var initializer = (ConstructorInitializerSyntax)base.VisitConstructorInitializer(node)!;
        return WithGuardedCreations(initializer.WithArgumentList(initializer.ArgumentList.AddArguments(Texts(node))));
    }

    public override SyntaxNode? VisitIndexerDeclaration(IndexerDeclarationSyntax node)
    {
        var indexer = (IndexerDeclarationSyntax)base.VisitIndexerDeclaration(node)!;
        return indexer.ExpressionBody is { } arrow
            ? indexer.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(arrow, indexer.SemicolonToken))
            : indexer;
    }

    public override SyntaxNode? VisitAccessorDeclaration(AccessorDeclarationSyntax node)
    {
        var accessor = (AccessorDeclarationSyntax)base.VisitAccessorDeclaration(node)!;
        return accessor switch
        {
            { Body: { } body } => accessor.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => accessor
                .WithExpressionBody(null)
                .WithSemicolonToken(default)
                .WithBody(Block(arrow, accessor.SemicolonToken, accessor.IsKind(SyntaxKind.GetAccessorDeclaration))),
            _ => accessor,
        };
    }

    public override SyntaxNode? VisitAnonymousMethodExpression(AnonymousMethodExpressionSyntax node) =>
        base.VisitAnonymousMethodExpression(node) is AnonymousMethodExpressionSyntax method
            ? method.WithBlock(Guarded(method.Block, Enter))
            : null;

    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) =>
        Lambda(node, () => base.VisitSimpleLambdaExpression(node)!);

    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) =>
        Lambda(node, () => base.VisitParenthesizedLambdaExpression(node)!);

    public override SyntaxNode? VisitQueryExpression(QueryExpressionSyntax node) =>
        InTree(node.DescendantNodes().Select(ClauseMethod).Any(TakesTrees), () => base.VisitQueryExpression(node)!);

    public override SyntaxNode? VisitWhereClause(WhereClauseSyntax node) =>
        base.VisitWhereClause(node) is WhereClauseSyntax clause ? clause.WithCondition(Guarded(node, clause.Condition)) : null;

    public override SyntaxNode? VisitSelectClause(SelectClauseSyntax node) =>
        base.VisitSelectClause(node) is SelectClauseSyntax clause ? clause.WithExpression(Guarded(node, clause.Expression)) : null;

    public override SyntaxNode? VisitLetClause(LetClauseSyntax node) =>
        base.VisitLetClause(node) is LetClauseSyntax clause ? clause.WithExpression(Guarded(node, clause.Expression)) : null;

    public override SyntaxNode? VisitGroupClause(GroupClauseSyntax node) =>
        base.VisitGroupClause(node) is GroupClauseSyntax clause ? clause.WithByExpression(Guarded(node, clause.ByExpression)) : null;

    public override SyntaxNode? VisitJoinClause(JoinClauseSyntax node) =>
        base.VisitJoinClause(node) is JoinClauseSyntax clause
            ? clause.WithLeftExpression(Guarded(node, clause.LeftExpression)).WithRightExpression(Guarded(node, clause.RightExpression))
            : null;

    public override SyntaxNode? VisitOrdering(OrderingSyntax node) =>
        base.VisitOrdering(node) is OrderingSyntax clause ? clause.WithExpression(Guarded(node, clause.Expression)) : null;

    public override SyntaxNode? VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        var assignment = (AssignmentExpressionSyntax)base.VisitAssignmentExpression(node)!;
        return
            node.Left.ToString().EndsWith(nameof(Console.InputEncoding), StringComparison.Ordinal)
            && model.Value.GetSymbolInfo(node.Left).Symbol?.ContainingType.ToString() == typeof(Console).FullName
            ? assignment.WithLeft(InputEncoding.WithTriviaFrom(node.Left))
            : assignment;
    }

    public override SyntaxNode? VisitObjectCreationExpression(ObjectCreationExpressionSyntax node) =>
        Told(node, (BaseObjectCreationExpressionSyntax)base.VisitObjectCreationExpression(node)!);

    public override SyntaxNode? VisitImplicitObjectCreationExpression(ImplicitObjectCreationExpressionSyntax node) =>
        Told(node, (BaseObjectCreationExpressionSyntax)base.VisitImplicitObjectCreationExpression(node)!);

    private BaseObjectCreationExpressionSyntax Told(
        BaseObjectCreationExpressionSyntax original,
        BaseObjectCreationExpressionSyntax creation
    ) =>
        (creation == original && !TextsChange) || creation.ArgumentList is not { } arguments
            ? creation
            : creation.WithArgumentList(arguments.AddArguments(Texts(original)));

    /// <summary>Whether guards are still to come into the visited code.</summary>
    private bool TextsChange => _initializes && _trees == 0;

    /// <summary>What a method asks for by <c>[CallerArgumentExpression]</c>: the arguments as they were written, without guards.</summary>
    private ArgumentSyntax[] Texts(SyntaxNode call)
    {
        ImmutableArray<IArgumentOperation> arguments = model.Value.GetOperation(call) switch
        {
            IInvocationOperation invocation => invocation.Arguments,
            IObjectCreationOperation creation => creation.Arguments,
            _ => [],
        };
        return
        [
            .. arguments
                .Where(a =>
                    a is { ArgumentKind: ArgumentKind.DefaultValue, Value.ConstantValue.Value: string }
                    && a.Parameter!.GetAttributes()
                        .Any(attribute => attribute.AttributeClass?.Name == nameof(CallerArgumentExpressionAttribute))
                )
                .Select(a =>
                    SyntaxFactory.Argument(
                        SyntaxFactory.NameColon(a.Parameter!.Name),
                        default,
                        SyntaxFactory.LiteralExpression(
                            SyntaxKind.StringLiteralExpression,
                            SyntaxFactory.Literal((string)a.Value.ConstantValue.Value!)
                        )
                    )
                ),
        ];
    }

    private bool IsReplaced(ExpressionSyntax expression, SimpleNameSyntax name) =>
        Replaced.TryGetValue(name.Identifier.ValueText, out Type? owner)
        && model.Value.GetSymbolInfo(expression) is var found
        && (found.Symbol ?? found.CandidateSymbols.FirstOrDefault()) is IMethodSymbol method
        && method.ContainingType.ToString() == owner.FullName;

    /// <summary>The guard's method of that name.</summary>
    private static ExpressionSyntax Replacement(SyntaxNode node, SimpleNameSyntax name) =>
        OnAsManyLines(SyntaxFactory.ParseExpression($"global::{typeof(CellGuard).FullName}.{name.Identifier.ValueText}"), node);

    private static ExpressionSyntax OnAsManyLines(ExpressionSyntax replacement, SyntaxNode node)
    {
        int lost = Lines(node) - Lines(replacement);
        return replacement
            .WithLeadingTrivia(node.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.TriviaList(Enumerable.Repeat(SyntaxFactory.LineFeed, lost).Concat(node.GetTrailingTrivia())));

        static int Lines(SyntaxNode code) => code.ToString().Count(c => c == '\n');
    }

    private SyntaxNode Lambda(LambdaExpressionSyntax node, Func<SyntaxNode> visit)
    {
        bool isTree = IsTree(model.Value.GetTypeInfo(node).ConvertedType);
        var lambda = (LambdaExpressionSyntax)InTree(isTree, visit);
        return (lambda, model.Value.GetSymbolInfo(node).Symbol) switch
        {
            _ when isTree || _trees > 0 => lambda,
            ({ Block: { } block }, _) => lambda.WithBody(Guarded(block, Enter)),
            (_, IMethodSymbol symbol) => lambda.WithBody(Block(lambda.ExpressionBody!, ReturnsValue(symbol))),
            _ => lambda,
        };
    }

    private SyntaxNode InTree(bool isTree, Func<SyntaxNode> visit)
    {
        _trees += isTree ? 1 : 0;
        SyntaxNode visited = visit();
        _trees -= isTree ? 1 : 0;
        return visited;
    }

    private static bool IsTree(ITypeSymbol? type) => type?.ContainingNamespace?.ToString() == "System.Linq.Expressions";

    private static bool TakesTrees(IMethodSymbol? method) =>
        method is not null && method.Parameters.Any(parameter => IsTree(parameter.Type));

    /// <summary>What a part of a query calls; null where it calls nothing.</summary>
    private IMethodSymbol? ClauseMethod(SyntaxNode clause) =>
        clause switch
        {
            QueryClauseSyntax query => model.Value.GetQueryClauseInfo(query).OperationInfo.Symbol as IMethodSymbol,
            SelectOrGroupClauseSyntax or OrderingSyntax => model.Value.GetSymbolInfo(clause).Symbol as IMethodSymbol,
            _ => null,
        };

    /// <summary>Guards what a query computes of each element.</summary>
    private ExpressionSyntax Guarded(SyntaxNode clause, ExpressionSyntax expression) =>
        _trees > 0 || (clause is not OrderingSyntax && ClauseMethod(clause) is null) ? expression : Guarded(expression);

    private static ExpressionSyntax Guarded(ExpressionSyntax expression) =>
        SyntaxFactory.ParenthesizedExpression(
            SyntaxFactory.ConditionalExpression(
                Entered,
                SyntaxFactory.ParenthesizedExpression(expression),
                SyntaxFactory.ParseExpression("default!")
            )
        );

    /// <summary>What records compare and hash in code of the compiler's own begins with their contract, which can hold the guard.</summary>
    private static RecordDeclarationSyntax WithContract(RecordDeclarationSyntax record, INamedTypeSymbol type)
    {
        string modifiers =
            type.BaseType!.SpecialType != SpecialType.System_Object ? "protected override"
            : type.IsSealed ? "private"
            : "protected virtual";
        string own = record.Identifier.ToString() + record.TypeParameterList?.WithoutTrivia().ToString();
        MemberDeclarationSyntax contract = SyntaxFactory.ParseMemberDeclaration(
            $"{modifiers} global::System.Type {Contract} {{ get {{ global::{typeof(CellGuard).FullName}.{nameof(CellGuard.Enter)}(); "
                + $"return typeof({own}); }} }}",
            options: CellCompiler.ParseOptions
        )!;
        SyntaxToken semicolon = record.SemicolonToken;
        return record.OpenBraceToken.IsKind(SyntaxKind.None)
            ? record
                .WithSemicolonToken(default)
                .WithOpenBraceToken(SyntaxFactory.Token(SyntaxKind.OpenBraceToken))
                .AddMembers(contract)
                .WithCloseBraceToken(SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTriviaFrom(semicolon))
            : record.AddMembers(contract);
    }

    /// <summary>
    /// Guards the objects that are made where no function can hold the guard: each may make another of the kind that is being made.
    /// </summary>
    private static T WithGuardedCreations<T>(T node)
        where T : SyntaxNode =>
        node.ReplaceNodes(
            node.DescendantNodes(inner =>
                    inner is not (AnonymousFunctionExpressionSyntax or QueryExpressionSyntax or BaseObjectCreationExpressionSyntax)
                )
                .OfType<BaseObjectCreationExpressionSyntax>(),
            (_, creation) => Guarded(creation)
        );

    /// <summary>A statement of a list, and the guards before it.</summary>
    private IEnumerable<StatementSyntax> Guarded(StatementSyntax statement)
    {
        if (statement is LabeledStatementSyntax label)
        {
            return [label.WithStatement(Loop), .. Guarded(label.Statement)];
        }

        var visited = (StatementSyntax)Visit(statement)!;
        return Calls(statement) ? [At(statement), visited] : [visited];
    }

    /// <summary>Whether code calls something, other than in statements that have a guard of their own.</summary>
    private static bool Calls(SyntaxNode node) =>
        node is not LocalFunctionStatementSyntax
        && node.DescendantNodes(inner => inner is not (BlockSyntax or AnonymousFunctionExpressionSyntax))
            .Any(inner => inner is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);

    private static StatementSyntax At(SyntaxNode node)
    {
        FileLinePositionSpan place = node.SyntaxTree.GetLineSpan(node.Span);
        string code = node.ToString().Split('\n')[0].Trim();
        string excerpt = code.Length > LongestExcerpt ? code[..LongestExcerpt] + "…" : code;
        return Call(
            nameof(CellGuard.At),
            SymbolDisplay.FormatLiteral($"`{excerpt}` ({place.Path}, line {place.StartLinePosition.Line + 1})", quote: true)
        );
    }

    private static BlockSyntax Guarded(BlockSyntax block, StatementSyntax guard) => block.WithStatements(block.Statements.Insert(0, guard));

    private static BlockSyntax Guarded(StatementSyntax statement, StatementSyntax guard) =>
        statement is BlockSyntax block ? Guarded(block, guard) : SyntaxFactory.Block(guard, statement);

    /// <summary>Writes <c>=> value;</c> as a block, on the same lines.</summary>
    private static BlockSyntax Block(ArrowExpressionClauseSyntax arrow, SyntaxToken semicolon, bool returnsValue)
    {
        BlockSyntax block = Block(arrow.Expression, returnsValue);
        return block
            .WithOpenBraceToken(block.OpenBraceToken.WithTriviaFrom(arrow.ArrowToken))
            .WithCloseBraceToken(block.CloseBraceToken.WithTriviaFrom(semicolon));
    }

    /// <summary>Writes a property's <c>=> value;</c> as a getter, on the same lines.</summary>
    private static AccessorListSyntax Getter(ArrowExpressionClauseSyntax arrow, SyntaxToken semicolon) =>
        SyntaxFactory.AccessorList(
            SyntaxFactory.SingletonList(
                SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, Block(arrow, semicolon, returnsValue: true))
            )
        );

    private static BlockSyntax Block(ExpressionSyntax expression, bool returnsValue)
    {
        SyntaxToken end = SyntaxFactory.Token(SyntaxKind.SemicolonToken);
        StatementSyntax statement = expression switch
        {
            ThrowExpressionSyntax thrown => SyntaxFactory.ThrowStatement(thrown.ThrowKeyword, thrown.Expression, end),
            var value when returnsValue => SyntaxFactory.ReturnStatement(
                SyntaxFactory.Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(SyntaxFactory.Space),
                value,
                end
            ),
            var value => SyntaxFactory.ExpressionStatement(value, end),
        };
        return SyntaxFactory.Block(Enter, statement);
    }

    private static bool ReturnsValue(IMethodSymbol lambda) =>
        !lambda.ReturnsVoid && !(lambda.IsAsync && lambda.ReturnType is INamedTypeSymbol { IsGenericType: false });

    private static bool ReturnsValue(TypeSyntax type, SyntaxTokenList modifiers) =>
        type switch
        {
            PredefinedTypeSyntax predefined => !predefined.Keyword.IsKind(SyntaxKind.VoidKeyword),
            _ when !modifiers.Any(SyntaxKind.AsyncKeyword) => true,
            QualifiedNameSyntax qualified => ReturnsValue(qualified.Right, modifiers),
            IdentifierNameSyntax => false,
            _ => true,
        };

    private static StatementSyntax Call(string method, string argument = "") =>
        SyntaxFactory.ParseStatement($"global::{typeof(CellGuard).FullName}.{method}({argument});", options: CellCompiler.ParseOptions);
}
