using Mono.Cecil;
using Mono.Cecil.Cil;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Runtime;

public sealed class HeldTests
{
    /// <summary>Without the hold, about one in ten thousand operations meets a number that is none any more.</summary>
    private const int Rounds = 20_000;

    [Fact]
    public void Numbers_stay_while_other_threads_collect_garbage()
    {
        using Tensor images = ones(64);
        bool ended = false;
        Thread[] collectors = [.. Enumerable.Range(0, 2).Select(_ => new Thread(Collect) { IsBackground = true })];
        Array.ForEach(collectors, thread => thread.Start());
        try
        {
            for (int i = 0; i < Rounds; i++)
            {
                using DisposeScope scope = NewDisposeScope();
                Assert.Equal(64 * 3, images.Times(0.5).Plus(1).Plus(images.Times(1.5)).sum().item<float>());
            }
        }
        finally
        {
            Volatile.Write(ref ended, true);
            Array.ForEach(collectors, thread => thread.Join());
        }

        void Collect()
        {
            while (!Volatile.Read(ref ended))
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        }
    }

    [Fact]
    public void The_library_hands_no_number_to_TorchSharp_that_it_does_not_hold()
    {
        using var torchSharp = AssemblyDefinition.ReadAssembly(typeof(torch).Assembly.Location);
        using var library = AssemblyDefinition.ReadAssembly(typeof(LibTorch).Assembly.Location);

        Assert.Empty(LooseNumbers(library, LooseMethods(torchSharp)));
    }

    [Fact]
    public void A_number_that_nobody_holds_is_found()
    {
        using var torchSharp = AssemblyDefinition.ReadAssembly(typeof(torch).Assembly.Location);
        using var tests = AssemblyDefinition.ReadAssembly(typeof(HeldTests).Assembly.Location);

        string[] found = [.. LooseNumbers(tests, LooseMethods(torchSharp))];

        Assert.Contains($"{nameof(Loose)}.{nameof(Loose.Sum)}: Tensor.op_Addition", found);
        Assert.Contains($"{nameof(Loose)}.{nameof(Loose.Half)}: Tensor.mul", found);
        Assert.Contains($"{nameof(Loose)}.{nameof(Loose.Square)}: Tensor.square", found);
        Assert.DoesNotContain(found, call => call.StartsWith($"{nameof(Loose)}.{nameof(Loose.Both)}", StringComparison.Ordinal));
    }

    /// <summary>Methods that make a number and lose sight of it, or call one that does, by their full names.</summary>
    private static HashSet<string> LooseMethods(AssemblyDefinition torchSharp)
    {
        Dictionary<string, string[]> calls = Methods(torchSharp)
            .Where(method => method.DeclaringType.Name is not (nameof(Scalar) or nameof(ScalarExtensionMethods)))
            .ToDictionary(method => method.FullName, method => Calls(method).Select(call => call.FullName).ToArray());
        HashSet<string> loose =
        [
            .. Methods(torchSharp).Where(method => calls.ContainsKey(method.FullName) && Calls(method).Any(Makes)).Select(m => m.FullName),
        ];
        while (calls.Where(call => !loose.Contains(call.Key) && call.Value.Any(loose.Contains)).ToArray() is [_, ..] more)
        {
            loose.UnionWith(more.Select(call => call.Key));
        }

        return loose;
    }

    /// <summary>Where code calls such a method, or hands over a number that it made in the same place.</summary>
    private static IEnumerable<string> LooseNumbers(AssemblyDefinition code, HashSet<string> looseMethods) =>
        from method in Methods(code)
        from call in Named(method)
        where
            looseMethods.Contains(call.FullName)
            || (
                IsTorchSharps(call)
                && Calls(method).Contains(call)
                && TakesNumber(call)
                && (Calls(method).Any(Makes) || !TakesNumber(method))
            )
        select $"{method.DeclaringType.Name}.{method.Name}: {call.DeclaringType.Name}.{call.Name}";

    private static IEnumerable<MethodDefinition> Methods(AssemblyDefinition assembly) =>
        assembly.MainModule.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    /// <summary>What a method calls.</summary>
    private static IEnumerable<MethodReference> Calls(MethodDefinition method) => Named(method, FlowControl.Call);

    /// <summary>What a method calls or names as a delegate.</summary>
    private static IEnumerable<MethodReference> Named(MethodDefinition method, FlowControl? flow = null) =>
        from instruction in method.Body.Instructions
        where flow is null || instruction.OpCode.FlowControl == flow
        let named = instruction.Operand as MethodReference
        where named is not null
        select named is GenericInstanceMethod generic ? generic.ElementMethod : named;

    private static bool Makes(MethodReference method) =>
        method.ReturnType.Name == nameof(Scalar) && method.Name is "op_Implicit" or "ToScalar";

    private static bool TakesNumber(MethodReference method) =>
        method.Parameters.Any(parameter => parameter.ParameterType.Name == nameof(Scalar));

    private static bool IsTorchSharps(MethodReference method) =>
        method.DeclaringType.FullName.StartsWith(nameof(TorchSharp), StringComparison.Ordinal);

    private static class Loose
    {
        public static Tensor Sum(Tensor a, Tensor b) => a + b;

        public static Tensor Half(Tensor a) => a.mul(0.5);

        public static Tensor Square(Tensor a) => a.square();

        public static Tensor Both(Tensor a) => Held.Number(0.5, half => a.clamp(half, half)).Plus(a);
    }
}
