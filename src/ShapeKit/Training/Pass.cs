using System.Diagnostics;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>One pass over the images of an epoch.</summary>
/// <param name="Images">How many images there are.</param>
/// <param name="Loss">Gives the loss of a batch, of whose images it gets the numbers: a single number, which the step lowers.</param>
/// <param name="Result">
/// Tells what the pass reached, given the mean loss over the images and a watch that began with the first step; the model is in
/// evaluation mode.
/// </param>
internal sealed record Pass<TEpoch>(int Images, Func<long[], Tensor> Loss, Func<double, Stopwatch, TEpoch> Result);
