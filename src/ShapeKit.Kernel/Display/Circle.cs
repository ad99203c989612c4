using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace ShapeKit.Kernel.Display;

/// <summary>Records that lead back to themselves: the text that the compiler writes for them would have no end.</summary>
internal static class Circle
{
    private const int Deepest = 1000;
    private const int MostNames = 6;

    private static readonly ConcurrentDictionary<Type, FieldInfo[]> Known = new();

    /// <summary>The types on the way round, such as <c>Owner → Pet → Owner</c>; null where a record's text ends.</summary>
    public static string? In(object value) =>
        Parts(value.GetType()).Length == 0 ? null : Find(value, [], new HashSet<object>(ReferenceEqualityComparer.Instance));

    /// <summary>Writes the types on the way round a circle; those in the middle of a long one are left out.</summary>
    public static string Text(IReadOnlyList<Type> types) =>
        string.Join(
            " → ",
            types.Count <= MostNames
                ? types.Select(TypeName.Of)
                : [.. types.Take(MostNames - 2).Select(TypeName.Of), "…", TypeName.Of(types[^1])]
        );

    private static string? Find(object value, List<object> path, HashSet<object> seen)
    {
        int start = path.FindIndex(outer => ReferenceEquals(outer, value));
        if (start >= 0)
        {
            return Text([.. path.Skip(start).Append(value).Select(each => each.GetType())]);
        }

        if (path.Count == Deepest || !seen.Add(value))
        {
            return null;
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        path.Add(value);
        foreach (FieldInfo part in Parts(value.GetType()))
        {
            if (part.GetValue(value) is { } inner && Find(inner, path, seen) is { } found)
            {
                return found;
            }
        }

        path.RemoveAt(path.Count - 1);
        return null;
    }

    /// <summary>
    /// Where a record keeps what its text is made of, but for plain values; nothing where it is no record or writes its text itself.
    /// </summary>
    private static FieldInfo[] Parts(Type type) => Known.GetOrAdd(type, static type =>
        {
            var parts = new List<FieldInfo>();
            for (
                Type? level = IsGenerated(type.GetMethod(nameof(ToString), Type.EmptyTypes)) ? type : null;
                level is not null;
                level = level.BaseType
            )
            {
                if (
                    IsGenerated(
                        level.GetMethod(
                            "PrintMembers",
                            BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly,
                            [typeof(StringBuilder)]
                        )
                    )
                )
                {
                    parts.AddRange(
                        level
                            .GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
                            .Select(member =>
                                member as FieldInfo
                                ?? level.GetField($"<{member.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)
                            )
                            .OfType<FieldInfo>()
                            .Where(field => field.FieldType is { IsPrimitive: false, IsEnum: false } && field.FieldType != typeof(string))
                    );
                }
            }

            return [.. parts];
        });

    private static bool IsGenerated(MethodInfo? method) => method?.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false) == true;
}
