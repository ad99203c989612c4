using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>Until it is disposed a network is in evaluation mode; then each of its parts is in the mode that it was in before.</summary>
/// <remarks>A part may be in another mode than the whole: a frozen batch norm, say.</remarks>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Part, bool Training)[] _before;

    public EvaluationMode(nn.Module model)
    {
        _before = [.. model.modules().Where(part => part != model).Prepend(model).Select(part => (part, part.training))];
        model.eval();
    }

    public void Dispose()
    {
        // Each sets the mode of its parts, too, which come after it.
        foreach ((nn.Module part, bool training) in _before)
        {
            part.train(training);
        }
    }
}
