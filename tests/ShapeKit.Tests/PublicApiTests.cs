using System.Runtime.CompilerServices;
using ShapeKit.Runtime;

namespace ShapeKit.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_api_is_the_approved_one()
    {
        string api = PublicApi.Of(typeof(LibTorch).Assembly.Location);
        string approved = Path.Combine(SourceFolder(), "PublicApi.approved.txt");
        if (Environment.GetEnvironmentVariable("SHAPEKIT_APPROVE") == "1")
        {
            File.WriteAllText(approved, api);
        }

        Assert.True(
            File.ReadAllText(approved).ReplaceLineEndings("\n") == api,
            $"The public API is another than in {approved}. Run this test with SHAPEKIT_APPROVE=1, read what that changes in the file, "
                + "and commit it if it is meant."
        );
    }

    [Theory]
    [InlineData("public class A { public float[] M() => []; }", "public class A { public float[,] M() => new float[1, 1]; }")]
    [InlineData("public class A { public void M(float[] x) { } }", "public class A { public void M(float[][] x) { } }")]
    [InlineData("public class A { public void M(string x) { } }", "public class A { public void M(string? x) { } }")]
    [InlineData("public class A { public void M(string[] x) { } }", "public class A { public void M(string?[] x) { } }")]
    [InlineData("public class A { public void M(int x) { } }", "public class A { public void M(int x = 0) { } }")]
    [InlineData("public class A { public void M(int x = 1) { } }", "public class A { public void M(int x = 2) { } }")]
    [InlineData("public class A { public void M(int x) { } }", "public class A { public void M(int y) { } }")]
    [InlineData("public class A { public void M(int[] x) { } }", "public class A { public void M(params int[] x) { } }")]
    [InlineData("public class A { public void M(int x) { } }", "public class A { public void M(in int x) { } }")]
    [InlineData("public class A { public void M((int A, int B) x) { } }", "public class A { public void M((int A, int C) x) { } }")]
    [InlineData("public class A { public void M<T>() { } }", "public class A { public void M<T>() where T : struct { } }")]
    [InlineData("public class A { public void M<T>() where T : class { } }", "public class A { public void M<T>() where T : class? { } }")]
    [InlineData(
        "public static class A { public static void M(int x) { } }",
        "public static class A { public static void M(this int x) { } }"
    )]
    [InlineData("public class A { public int P { get; set; } }", "public class A { public int P { get; init; } }")]
    [InlineData("public class A { public int P { get; set; } }", "public class A { public int P { get; private set; } }")]
    [InlineData("public class A { public int P { get; init; } }", "public class A { public required int P { get; init; } }")]
    [InlineData("public class A { public void M() { } }", "public class A { public virtual void M() { } }")]
    [InlineData("public class A { public void M() { } }", "public class A { public static void M() { } }")]
    [InlineData("public class A { public void M() { } }", "public class A { protected void M() { } }")]
    [InlineData("public class A { public void M() { } }", "public class A { [System.Obsolete(\"x\")] public void M() { } }")]
    [InlineData(
        "public class A { public void M(string x) { } }",
        "public class A { public void M([System.Diagnostics.CodeAnalysis.NotNull] string x) { } }"
    )]
    [InlineData(
        "public class A { public string M() => \"\"; }",
        "public class A { [return: System.Diagnostics.CodeAnalysis.MaybeNull] public string M() => null; }"
    )]
    [InlineData("public class A { public const int F = 1; }", "public class A { public const int F = 2; }")]
    [InlineData("public class A { public int F; }", "public class A { public readonly int F; }")]
    [InlineData("public class A { }", "public class A { public A(int x) { } }")]
    [InlineData("public class A { }", "public class A { public class B { } }")]
    [InlineData("public class A { }", "public class A { public event System.Action? E; }")]
    [InlineData("public class A { }", "public class A { public static A operator -(A a) => a; }")]
    [InlineData("public class A { }", "public class A { public int this[int x] => 0; }")]
    [InlineData("public class A { }", "public sealed class A { }")]
    [InlineData("public class A { }", "public abstract class A { }")]
    [InlineData("public class A { }", "public record A { }")]
    [InlineData("public class A { }", "public class A : System.IDisposable { void System.IDisposable.Dispose() { } }")]
    [InlineData("public class A { }", "namespace N { public class A { } }")]
    [InlineData("public class A { }", "[System.Obsolete] public class A { }")]
    [InlineData("public record A(int X);", "public record A(int Y);")]
    [InlineData("public struct A { }", "public readonly struct A { }")]
    [InlineData("public interface A<T> { }", "public interface A<out T> { }")]
    [InlineData("public enum A { X, Y }", "public enum A { Y, X }")]
    [InlineData("public enum A { X }", "public enum A : byte { X }")]
    [InlineData("public delegate void A(int[] x);", "public delegate void A(int[,] x);")]
    public void Every_change_that_a_caller_could_notice_is_seen(string before, string after) =>
        Assert.NotEqual(PublicApi.OfCode(before), PublicApi.OfCode(after));

    [Theory]
    [InlineData(
        "public class A { public void M() { } private int x; internal void N() { } }",
        "public class A { public void M() { int y = 0; } internal int z; }"
    )]
    [InlineData(
        "public class A { public void M() { } public int P => 1; }",
        "public class A { public int P { get { return 2; } } public void M() { } } internal class B { }"
    )]
    public void What_no_caller_sees_is_left_out(string before, string after) =>
        Assert.Equal(PublicApi.OfCode(before), PublicApi.OfCode(after));

    private static string SourceFolder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
