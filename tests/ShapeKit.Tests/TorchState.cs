namespace ShapeKit.Tests;

/// <summary>Tests of what torch keeps for the whole process (its generator, its threads, its count of tensors): they run alone.</summary>
[CollectionDefinition(nameof(TorchState), DisableParallelization = true)]
public sealed class TorchState
{
    /// <summary>How many tensors live, once those that earlier tests left to the garbage collector are gone.</summary>
    public static long LiveTensors()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return TorchSharp.torch.Tensor.TotalCount;
    }
}
