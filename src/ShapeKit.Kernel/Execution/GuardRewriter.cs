using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ShapeKit.Kernel.Execution;

/// <summary>Puts a call of <see cref="CellGuard"/> into every loop and function of a cell, and before what calls something. No line moves.</summary>
/// <param name="model">The meaning of the code as it was written; asked only where its text does not tell enough.</param>
internal sealed class GuardRewriter(Lazy<SemanticModel> model) : CSharpSyntaxRewriter
{
    /// <summary>Of a statement that can't be interrupted the reader sees this much.</summary>
    private const int LongestExcerpt = 60;

    private static readonly StatementSyntax Loop = Call(nameof(CellGuard.Loop));
    private static readonly StatementSyntax Enter = Call(nameof(CellGuard.Enter));

    public override SyntaxNode? VisitCompilationUnit(CompilationUnitSyntax node) => node.WithMembers(SyntaxFactory.List(node.Members.SelectMany(member => member is GlobalStatementSyntax global
        ? Guarded(global.Statement).Select(statement => (MemberDeclarationSyntax)SyntaxFactory.GlobalStatement(statement))
        : [.. member is FieldDeclarationSyntax && Calls(member) ? [SyntaxFactory.GlobalStatement(At(member))] : Array.Empty<MemberDeclarationSyntax>(), (MemberDeclarationSyntax)Visit(member)!])));

    public override SyntaxNode? VisitBlock(BlockSyntax node) => node.WithStatements(SyntaxFactory.List(node.Statements.SelectMany(Guarded)));

    public override SyntaxNode? VisitSwitchSection(SwitchSectionSyntax node)
    {
        IEnumerable<StatementSyntax> statements = node.Statements.SelectMany(Guarded);
        bool isTarget = node.Parent!.DescendantNodes().OfType<GotoStatementSyntax>().Any(jump => !jump.IsKind(SyntaxKind.GotoStatement));
        return node.WithLabels(VisitList(node.Labels)).WithStatements(SyntaxFactory.List(isTarget ? statements.Prepend(Loop) : statements));
    }

    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node)
    {
        var call = (InvocationExpressionSyntax)base.VisitInvocationExpression(node)!;
        SimpleNameSyntax? name = node.Expression as SimpleNameSyntax ?? (node.Expression as MemberAccessExpressionSyntax)?.Name;
        bool exits = name?.Identifier.ValueText == nameof(Environment.Exit)
            && model.Value.GetSymbolInfo(node).Symbol is IMethodSymbol { ContainingType: { Name: nameof(Environment), ContainingNamespace.Name: nameof(System) } };
        return exits ? call.WithExpression(SyntaxFactory.ParseExpression($"global::{typeof(CellGuard).FullName}.{nameof(CellGuard.Exit)}").WithTriviaFrom(call.Expression)) : call;
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
        base.VisitForEachVariableStatement(node) is ForEachVariableStatementSyntax loop ? loop.WithStatement(Guarded(loop.Statement, Loop)) : null;

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var method = (MethodDeclarationSyntax)base.VisitMethodDeclaration(node)!;
        return method switch
        {
            { Body: { } body } => method.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => method.WithExpressionBody(null).WithSemicolonToken(default)
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
            { ExpressionBody: { } arrow } => function.WithExpressionBody(null).WithSemicolonToken(default)
                .WithBody(Block(arrow, function.SemicolonToken, ReturnsValue(function.ReturnType, function.Modifiers))),
            _ => function,
        };
    }

    public override SyntaxNode? VisitConstructorDeclaration(ConstructorDeclarationSyntax node) =>
        base.VisitConstructorDeclaration(node) is ConstructorDeclarationSyntax { Body: { } body } constructor ? constructor.WithBody(Guarded(body, Enter)) : node;

    public override SyntaxNode? VisitOperatorDeclaration(OperatorDeclarationSyntax node)
    {
        var operation = (OperatorDeclarationSyntax)base.VisitOperatorDeclaration(node)!;
        return operation switch
        {
            { Body: { } body } => operation.WithBody(Guarded(body, Enter)),
            { ExpressionBody: { } arrow } => operation.WithExpressionBody(null).WithSemicolonToken(default)
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
            { ExpressionBody: { } arrow } => conversion.WithExpressionBody(null).WithSemicolonToken(default)
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
            { ExpressionBody: { } arrow } => accessor.WithExpressionBody(null).WithSemicolonToken(default)
                .WithBody(Block(arrow, accessor.SemicolonToken, accessor.IsKind(SyntaxKind.GetAccessorDeclaration))),
            _ => accessor,
        };
    }

    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) =>
        Guarded(node, (LambdaExpressionSyntax)base.VisitSimpleLambdaExpression(node)!);

    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) =>
        Guarded(node, (LambdaExpressionSyntax)base.VisitParenthesizedLambdaExpression(node)!);

    private LambdaExpressionSyntax Guarded(LambdaExpressionSyntax original, LambdaExpressionSyntax lambda)
    {
        if (lambda.Block is { } block)
        {
            return lambda.WithBody(Guarded(block, Enter));
        }

        bool isTree = model.Value.GetTypeInfo(original).ConvertedType is not { TypeKind: TypeKind.Delegate };
        return isTree || model.Value.GetSymbolInfo(original).Symbol is not IMethodSymbol symbol
            ? lambda
            : lambda.WithBody(Block(lambda.ExpressionBody!, ReturnsValue(symbol)));
    }

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
    private static bool Calls(SyntaxNode node) => node is not LocalFunctionStatementSyntax
        && node.DescendantNodes(inner => inner is not (BlockSyntax or AnonymousFunctionExpressionSyntax)).Any(inner => inner is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax);

    private static StatementSyntax At(SyntaxNode node)
    {
        FileLinePositionSpan place = node.SyntaxTree.GetLineSpan(node.Span);
        string code = node.ToString().Split('\n')[0].Trim();
        string excerpt = code.Length > LongestExcerpt ? code[..LongestExcerpt] + "…" : code;
        return Call(nameof(CellGuard.At), SymbolDisplay.FormatLiteral($"`{excerpt}` ({place.Path}, line {place.StartLinePosition.Line + 1})", quote: true));
    }

    private static BlockSyntax Guarded(BlockSyntax block, StatementSyntax guard) => block.WithStatements(block.Statements.Insert(0, guard));

    private static BlockSyntax Guarded(StatementSyntax statement, StatementSyntax guard) =>
        statement is BlockSyntax block ? Guarded(block, guard) : SyntaxFactory.Block(guard, statement);

    /// <summary>Writes <c>=> value;</c> as a block, on the same lines.</summary>
    private static BlockSyntax Block(ArrowExpressionClauseSyntax arrow, SyntaxToken semicolon, bool returnsValue)
    {
        BlockSyntax block = Block(arrow.Expression, returnsValue);
        return block.WithOpenBraceToken(block.OpenBraceToken.WithTriviaFrom(arrow.ArrowToken)).WithCloseBraceToken(block.CloseBraceToken.WithTriviaFrom(semicolon));
    }

    /// <summary>Writes a property's <c>=> value;</c> as a getter, on the same lines.</summary>
    private static AccessorListSyntax Getter(ArrowExpressionClauseSyntax arrow, SyntaxToken semicolon) => SyntaxFactory.AccessorList(
        SyntaxFactory.SingletonList(SyntaxFactory.AccessorDeclaration(SyntaxKind.GetAccessorDeclaration, Block(arrow, semicolon, returnsValue: true))));

    private static BlockSyntax Block(ExpressionSyntax expression, bool returnsValue)
    {
        SyntaxToken end = SyntaxFactory.Token(SyntaxKind.SemicolonToken);
        StatementSyntax statement = expression switch
        {
            ThrowExpressionSyntax thrown => SyntaxFactory.ThrowStatement(thrown.ThrowKeyword, thrown.Expression, end),
            var value when returnsValue => SyntaxFactory.ReturnStatement(SyntaxFactory.Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(SyntaxFactory.Space), value, end),
            var value => SyntaxFactory.ExpressionStatement(value, end),
        };
        return SyntaxFactory.Block(Enter, statement);
    }

    private static bool ReturnsValue(IMethodSymbol lambda) =>
        !lambda.ReturnsVoid && !(lambda.IsAsync && lambda.ReturnType is INamedTypeSymbol { IsGenericType: false });

    private static bool ReturnsValue(TypeSyntax type, SyntaxTokenList modifiers) => type switch
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
