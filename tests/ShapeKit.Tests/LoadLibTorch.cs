using System.Runtime.CompilerServices;
using ShapeKit.Runtime;

namespace ShapeKit.Tests;

/// <summary>Loads libtorch before the first test: tests start in parallel, and one of them may touch only TorchSharp.</summary>
internal static class LoadLibTorch
{
    [ModuleInitializer]
    internal static void Load() => LibTorch.EnsureLoaded();
}
