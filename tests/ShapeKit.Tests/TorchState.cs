namespace ShapeKit.Tests;

/// <summary>Tests of what torch keeps for the whole process (its generator, its threads, its count of tensors): they run alone.</summary>
[CollectionDefinition(nameof(TorchState), DisableParallelization = true)]
public sealed class TorchState;
