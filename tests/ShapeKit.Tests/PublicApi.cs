using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace ShapeKit.Tests;

/// <summary>
/// What an assembly offers to others, as the compiler sees it: a line of C# for each type and, indented, for each of its members.
/// </summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat Format = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints
            | SymbolDisplayGenericsOptions.IncludeVariance,
        SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeAccessibility
            | SymbolDisplayMemberOptions.IncludeExplicitInterface
            | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeConstantValue
            | SymbolDisplayMemberOptions.IncludeRef,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeExtensionThis
            | SymbolDisplayParameterOptions.IncludeModifiers
            | SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue,
        SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier
            | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral
            | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers
    );

    /// <summary>The API of an assembly that lies in a file beside those that it needs.</summary>
    public static string Of(string file)
    {
        MetadataReference assembly = MetadataReference.CreateFromFile(file);
        CSharpCompilation program = CSharpCompilation.Create(
            "reader",
            references: [assembly, .. Framework.Where(reference => reference.Display != file)]
        );
        return Of((IAssemblySymbol)program.GetAssemblyOrModuleSymbol(assembly)!);
    }

    /// <summary>The API of code that is compiled for that.</summary>
    public static string OfCode(string code)
    {
        CSharpCompilation library = CSharpCompilation.Create(
            "library",
            [CSharpSyntaxTree.ParseText(code)],
            Framework,
            new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)
        );
        string file = Path.GetTempFileName();
        try
        {
            Assert.Empty(library.Emit(file).Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
            return Of(file);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static MetadataReference[] Framework { get; } =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    private static string Of(IAssemblySymbol assembly) =>
        string.Concat(
            Types(assembly.GlobalNamespace)
                .OrderBy(type => type.ToDisplayString(), StringComparer.Ordinal)
                .Select(type => $"{Header(type)}\n{string.Concat(Members(type))}")
        );

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        container
            .GetMembers()
            .SelectMany(member =>
                member switch
                {
                    INamespaceSymbol inner => Types(inner),
                    INamedTypeSymbol type when IsSeen(type) => Types(type).Prepend(type),
                    _ => [],
                }
            );

    private static string Header(INamedTypeSymbol type)
    {
        string modifiers = type switch
        {
            { IsStatic: true } => "static ",
            { TypeKind: TypeKind.Class, IsAbstract: true } => "abstract ",
            { TypeKind: TypeKind.Class, IsSealed: true } => "sealed ",
            _ => "",
        };
        IEnumerable<ITypeSymbol> bases = type.TypeKind switch
        {
            TypeKind.Enum => [type.EnumUnderlyingType!],
            TypeKind.Delegate or TypeKind.Struct => type.Interfaces,
            _ => type.BaseType is { SpecialType: not SpecialType.System_Object } parent ? type.Interfaces.Prepend(parent) : type.Interfaces,
        };
        string after = string.Join(", ", bases.Select(symbol => symbol.ToDisplayString(NameOnly)));
        return $"{Attributes(type)}{SyntaxFacts.GetText(type.DeclaredAccessibility)} "
            + $"{modifiers}{type.ToDisplayString(Format)}{(after == "" ? "" : " : " + after)}";
    }

    private static SymbolDisplayFormat NameOnly { get; } = Format.WithKindOptions(SymbolDisplayKindOptions.None);

    private static IEnumerable<string> Members(INamedTypeSymbol type) =>
        from member in type.TypeKind == TypeKind.Delegate ? [] : type.GetMembers()
        where
            IsSeen(member)
            && member is not (INamedTypeSymbol or IMethodSymbol { AssociatedSymbol: not null })
            && !member.IsImplicitlyDeclared
        let line = $"    {Attributes(member)}{(member is IMethodSymbol method ? Inside(method) : "")}{member.ToDisplayString(Format)}\n"
        orderby member.Name, line
        select line;

    /// <summary>Members that the compiler writes for a record follow from its being one.</summary>
    private static bool IsSeen(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && !symbol.GetAttributes().Any(attribute => attribute.AttributeClass!.Name == "CompilerGeneratedAttribute");

    private static string Attributes(ISymbol symbol) => string.Concat(Told(symbol.GetAttributes()).Select(attribute => $"[{attribute}] "));

    private static string Inside(IMethodSymbol method) =>
        string.Concat(Told(method.GetReturnTypeAttributes()).Select(attribute => $"[return: {attribute}] "))
        + string.Concat(
            from parameter in method.Parameters
            from attribute in Told(parameter.GetAttributes())
            select $"[{parameter.Name}: {attribute}] "
        );

    /// <summary>Without those in which the compiler keeps what the rest of a line says.</summary>
    private static IEnumerable<AttributeData> Told(IEnumerable<AttributeData> attributes) =>
        attributes.Where(attribute =>
            attribute.AttributeClass!.Name.StartsWith("Caller", StringComparison.Ordinal)
            || attribute.AttributeClass.ContainingNamespace.ToDisplayString() != "System.Runtime.CompilerServices"
        );
}
