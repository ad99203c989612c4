using System.Globalization;
using System.Runtime.InteropServices;
using ShapeKit.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Models;

/// <summary>The layers of a network in the order in which they compute, with the shape each gives and the parameters it learns.</summary>
public sealed class ModelSummary : IShown
{
    private readonly PlainTable _table;

    private ModelSummary(string modelName, long[] inputShape, IReadOnlyList<ModelSummaryRow> rows)
    {
        Rows = rows;
        _table = new PlainTable(
            $"{modelName}, input {Text(inputShape)}",
            ["layer", "type", "output shape", "parameters"],
            [.. rows.Select(row => (string[])[row.Name, row.Type, Text(row.OutputShape), Text(row.Parameters)])],
            $"Total: {Text(TotalParameters)} parameters"
        );
    }

    /// <summary>The layers in the order in which they compute.</summary>
    public IReadOnlyList<ModelSummaryRow> Rows { get; }

    /// <summary>How many numbers the network learns.</summary>
    public long TotalParameters => Rows.Sum(row => row.Parameters);

    /// <summary>Sends an image of zeros through a network and writes down what each layer makes of it.</summary>
    /// <remarks>
    /// The layers are the modules without parts of their own that <c>call</c> reaches; functions such as
    /// <c>nn.functional.relu</c> are no layers. A layer used twice has two rows and its parameters in the first. A layer that
    /// takes several tensors, or that the forward pass does not use, comes last and without an output shape.
    /// </remarks>
    /// <param name="model">Any network that takes one float32 tensor and gives one tensor.</param>
    /// <param name="inputShape">The shape of the input, such as 1, 1, 28, 28: one grey image of 28x28 pixels.</param>
    /// <returns>The summary.</returns>
    /// <exception cref="ArgumentException">The shape is empty or not positive, or the network does not take an input of this
    /// shape.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough for the input.</exception>
    /// <exception cref="InvalidOperationException">A layer gives null or a tensor that was disposed.</exception>
    public static ModelSummary Of(nn.Module<Tensor, Tensor> model, params long[] inputShape)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputShape);
        RequireShape(inputShape);
        var modules = new List<(string Name, nn.Module Module)> { (model.GetType().Name, model) };
        modules.AddRange(model.named_modules());
        var counted = new HashSet<nint>();
        var rows = new List<ModelSummaryRow>();
        var hooks = new List<Action>();
        var seen = new HashSet<nn.Module>();
        foreach ((string name, nn.Module module) in modules)
        {
            if (module is nn.Module<Tensor, Tensor> layer && !module.children().Any())
            {
                var hook = layer.register_forward_hook(
                    (_, _, output) =>
                    {
                        Require(output, name, layer);
                        seen.Add(layer);
                        rows.Add(Row(name, layer, output.shape, counted));
                        return output;
                    }
                );
                hooks.Add(hook.remove);
            }
        }

        try
        {
            using var evaluating = new EvaluationMode(model);
            using IDisposable withoutGradients = no_grad();
            using DisposeScope scope = NewDisposeScope();
            model.call(zeros(inputShape));
        }
        catch (Exception e) when (e is ExternalException or ArgumentException)
        {
            throw new ArgumentException(
                $"{model.GetType().Name} does not take an input of shape {Text(inputShape)}: {e.Message.Split('\n', 2)[0].TrimEnd('.')}.",
                nameof(inputShape),
                e
            );
        }
        finally
        {
            hooks.ForEach(remove => remove());
        }

        rows.AddRange(
            modules.Where(m => !seen.Contains(m.Module)).Select(m => Row(m.Name, m.Module, [], counted)).Where(row => row.Parameters > 0)
        );
        return new ModelSummary(model.GetType().Name, inputShape, rows);
    }

    /// <summary>The summary as an HTML table.</summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() => _table.ToHtml();

    /// <summary>The summary as a text table.</summary>
    /// <returns>Several lines.</returns>
    public override string ToString() => _table.ToString();

    private static void RequireShape(long[] inputShape)
    {
        if (inputShape.Length == 0 || inputShape.Any(length => length < 1))
        {
            throw new ArgumentException(
                $"An input shape such as [1, 1, 28, 28] is needed; {Text(inputShape)} was given.",
                nameof(inputShape)
            );
        }

        AvailableMemory.Require(
            inputShape.Aggregate((double)sizeof(float), (bytes, length) => bytes * length),
            $"The values of an input of shape {Text(inputShape)}",
            "make it smaller"
        );
    }

    private static void Require(Tensor? output, string name, nn.Module layer)
    {
        if (output is not { IsInvalid: false })
        {
            throw new InvalidOperationException(
                $"The layer {name} ({layer.GetType().Name}) gives null or a tensor that was disposed; let its forward return what it computed."
            );
        }
    }

    // The parameters a module holds itself; its parts have rows of their own.
    private static ModelSummaryRow Row(string name, nn.Module module, long[] outputShape, HashSet<nint> counted) =>
        new(
            name,
            module.GetType().Name,
            outputShape,
            module.parameters(recurse: false).Where(parameter => counted.Add(parameter.Handle)).Sum(parameter => parameter.numel())
        );

    private static string Text(IReadOnlyList<long> shape) => shape.Count == 0 ? "" : $"[{string.Join(", ", shape)}]";

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}

/// <summary>One layer of a <see cref="ModelSummary"/>.</summary>
/// <param name="Name">The layer's name in the network, such as <c>conv1</c> or <c>encoder.conv1</c>.</param>
/// <param name="Type">What kind of layer it is, such as <c>Conv2d</c>.</param>
/// <param name="OutputShape">The shape of what it gives; empty when the forward pass did not show it.</param>
/// <param name="Parameters">How many numbers it learns.</param>
public sealed record ModelSummaryRow(string Name, string Type, IReadOnlyList<long> OutputShape, long Parameters);
