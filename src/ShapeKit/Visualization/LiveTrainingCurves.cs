using ShapeKit.Runtime;
using ShapeKit.Training;

namespace ShapeKit.Visualization;

/// <summary>
/// Shows loss and accuracy while a network trains: a figure that grows epoch by epoch, or a line an epoch where there is no notebook.
/// </summary>
/// <remarks>
/// Pass its <see cref="Report"/> as <c>AfterEpoch</c> in the options of any trainer; use a fresh one for each training run.
/// </remarks>
/// <param name="title">What the figure shows.</param>
public sealed class LiveTrainingCurves(string title = "Training")
{
    private readonly List<IEpoch> _epochs = [];
    private Action<object>? _update;

    /// <summary>Adds an epoch and shows it at once.</summary>
    /// <param name="value">What the epoch reached.</param>
    public void Report(IEpoch value)
    {
        ArgumentNullException.ThrowIfNull(value);
        _epochs.Add(value);
        if (Notebook.Display is null)
        {
            Notebook.Show(value);
            return;
        }

        Figure figure = Charts.TrainingCurves(_epochs, title);
        if (_update is null)
        {
            _update = Notebook.Show(figure);
        }
        else
        {
            _update(figure);
        }
    }
}
