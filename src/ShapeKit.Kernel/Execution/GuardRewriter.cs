using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace ShapeKit.Kernel.Execution;

/// <summary>Puts a call of <see cref="CellGuard"/> into every loop and function of a cell and before what calls something, and <see cref="CellConsole"/> between it and the console's input. No line moves.</summary>
/// <param name="model">The meaning of the code as it was written; asked only where its text does not tell enough.</param>
internal sealed class GuardRewriter(Lazy<SemanticModel> model) : CSharpSyntaxRewriter
{
    /// <summary>Of a statement that can't be interrupted the reader sees this much.</summary>
    private const int LongestExcerpt = 60;

    private static readonly StatementSyntax Loop = Call(nameof(CellGuard.Loop));
    private static readonly StatementSyntax Enter = Call(nameof(CellGuard.Enter));
    private static readonly ExpressionSyntax Entered = SyntaxFactory.ParseExpression($"global::{typeof(CellGuard).FullName}.{nameof(CellGuard.Entered)}()");
    private static readonly ExpressionSyntax Exit = SyntaxFactory.ParseExpression($"global::{typeof(CellGuard).FullName}.{nameof(CellGuard.Exit)}");
    private static readonly ExpressionSyntax InputEncoding = SyntaxFactory.ParseExpression($"global::{typeof(CellConsole).FullName}.{nameof(CellConsole.InputEncoding)}");

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
        if (name?.Identifier.ValueText == nameof(Environment.Exit)
            && model.Value.GetSymbolInfo(node).Symbol is IMethodSymbol { ContainingType: { Name: nameof(Environment), ContainingNamespace.Name: nameof(System) } })
        {
            return call.WithExpression(Exit.WithTriviaFrom(call.Expression));
        }

        return call == node ? node : call.WithArgumentList(call.ArgumentList.AddArguments(Texts(node)));
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
        return property switch
        {
            { ExpressionBody: { } arrow } => property.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(arrow, property.SemicolonToken)),
            { Initializer: { Value: BaseObjectCreationExpressionSyntax } initializer } => property.WithInitializer(Guarded(initializer)),
            _ => property,
        };
    }

    public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node)
    {
        var field = (FieldDeclarationSyntax)base.VisitFieldDeclaration(node)!;
        return node.Parent is TypeDeclarationSyntax
            ? field.ReplaceNodes(
                field.Declaration.Variables.Select(variable => variable.Initializer).OfType<EqualsValueClauseSyntax>().Where(initializer => initializer.Value is BaseObjectCreationExpressionSyntax),
                (_, initializer) => Guarded(initializer))
            : field;
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

    public override SyntaxNode? VisitAssignmentExpression(AssignmentExpressionSyntax node)
    {
        var assignment = (AssignmentExpressionSyntax)base.VisitAssignmentExpression(node)!;
        return node.Left.ToString().EndsWith(nameof(Console.InputEncoding), StringComparison.Ordinal)
            && model.Value.GetSymbolInfo(node.Left).Symbol?.ContainingType.ToString() == typeof(Console).FullName
            ? assignment.WithLeft(InputEncoding.WithTriviaFrom(node.Left))
            : assignment;
    }

    public override SyntaxNode? VisitObjectCreationExpression(ObjectCreationExpressionSyntax node) =>
        Told(node, (BaseObjectCreationExpressionSyntax)base.VisitObjectCreationExpression(node)!);

    public override SyntaxNode? VisitImplicitObjectCreationExpression(ImplicitObjectCreationExpressionSyntax node) =>
        Told(node, (BaseObjectCreationExpressionSyntax)base.VisitImplicitObjectCreationExpression(node)!);

    private BaseObjectCreationExpressionSyntax Told(BaseObjectCreationExpressionSyntax original, BaseObjectCreationExpressionSyntax creation) =>
        creation == original || creation.ArgumentList is not { } arguments ? creation : creation.WithArgumentList(arguments.AddArguments(Texts(original)));

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
                .Where(a => a is { ArgumentKind: ArgumentKind.DefaultValue, Value.ConstantValue.Value: string }
                    && a.Parameter!.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == nameof(CallerArgumentExpressionAttribute)))
                .Select(a => SyntaxFactory.Argument(
                    SyntaxFactory.NameColon(a.Parameter!.Name),
                    default,
                    SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal((string)a.Value.ConstantValue.Value!)))),
        ];
    }

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

    /// <summary>Where a class makes another of its kind, and there is no constructor to hold a guard.</summary>
    private static EqualsValueClauseSyntax Guarded(EqualsValueClauseSyntax initializer) => initializer.WithValue(
        SyntaxFactory.ConditionalExpression(Entered, SyntaxFactory.ParenthesizedExpression(initializer.Value), SyntaxFactory.ParseExpression("default!")));

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
