namespace ShapeKit.Training;

/// <summary>What every trainer tells of an epoch, one pass over all training images; <see cref="Visualization.Charts"/> draws it.</summary>
public interface IEpoch
{
    /// <summary>The number of the epoch, from 1.</summary>
    int Epoch { get; }

    /// <summary>How many epochs were asked for.</summary>
    int Epochs { get; }

    /// <summary>The mean loss over what was learnt from, each measured in its step before the weights moved.</summary>
    double Loss { get; }

    /// <summary>How long the epoch took.</summary>
    TimeSpan Duration { get; }

    /// <summary>What the epoch adds to the training curves.</summary>
    internal IEnumerable<Measure> Measures { get; }
}
