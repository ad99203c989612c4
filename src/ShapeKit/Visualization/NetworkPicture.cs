using System.Runtime.InteropServices;
using ShapeKit.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Visualization;

/// <summary>
/// What each layer of a network makes of one image, and for the chosen neuron the pixels that it sees: its receptive field.
/// </summary>
internal sealed class NetworkPicture
{
    /// <summary>About how wide the picture of a layer is, in pixels of the page.</summary>
    private const int SheetWidth = 228;

    private readonly float[,] _image;
    private readonly IReadOnlyList<Stage> _stages;
    private readonly int _chosen;
    private readonly (int Map, int Row, int Column) _neuron;

    /// <summary>Sends an image through a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="image">The image, [1, 1, 28, 28].</param>
    public NetworkPicture(ShapeCnn network, Tensor image)
    {
        _image = Pixels.Read(image)[0];
        _stages = StagesOf(network, image);

        // At first the strongest neuron of the last maps is chosen.
        _chosen = _stages.Count(stage => stage.Jump > 0) - 1;
        Stage last = _stages[_chosen];
        float[] values = [.. last.Maps.SelectMany(map => map.Cast<float>())];
        int strongest = Array.IndexOf(values, values.Max());
        int area = last.Rows * last.Columns;
        _neuron = (strongest / area, strongest % area / last.Columns, strongest % last.Columns);
    }

    public Explorer ToExplorer(string title) =>
        new("network", title, $"{title}: {string.Join("; ", _stages.Select(stage => $"{stage.Name}, {stage.Shape}"))}. {Words()}", Texts());

    /// <summary>The layers and their receptive fields, by the arithmetic of Araujo, Norris and Sim (2019).</summary>
    /// <remarks>
    /// A window of <c>k</c> neighbours, each <c>jump</c> pixels from the next, sees <c>(k - 1) jump</c> pixels more than one of them; the
    /// stride makes the jump longer, and padding moves the first window outwards.
    /// </remarks>
    private static List<Stage> StagesOf(ShapeCnn network, Tensor image)
    {
        List<Stage> stages = [];
        (int number, int reach, int jump, int start) = (0, 1, 1, 0);
        using DisposeScope scope = NewDisposeScope();
        foreach ((nn.Module layer, Tensor output) in network.Stages(image))
        {
            number++;
            string takes;
            string name;
            switch (layer)
            {
                case Conv2d convolution:
                    Look(convolution.kernel_size[0], convolution.stride[0], convolution.padding?[0] ?? 0);
                    name = "convolution and ReLU";
                    takes =
                        $"weighs {convolution.kernel_size[0]} × {convolution.kernel_size[1]} numbers "
                        + (convolution.in_channels == 1 ? "of the image" : $"of each of the {convolution.in_channels} maps before it");
                    break;
                case MaxPool2d pooling:
                    Look(pooling.kernel_size[0], pooling.stride[0], pooling.padding?[0] ?? 0);
                    name = "pooling";
                    takes = $"keeps the largest of {pooling.kernel_size[0]} × {pooling.kernel_size[1]} numbers of the map before it";
                    break;
                case Linear dense:
                    // All neurons before it together.
                    (reach, jump) = (reach + ((stages[^1].Rows - 1) * jump), 0);
                    name = dense.out_features == 1 ? "dense: the logit" : "dense and ReLU";
                    takes = $"weighs all {Html.Number(dense.in_features)} numbers before it";
                    break;
                default:
                    continue;
            }

            stages.Add(
                new Stage($"layer {number}, {name}", takes, string.Join(" × ", output.shape[1..]), MapsOf(output), reach, jump, start)
            );
        }

        return stages;

        void Look(long kernel, long stride, long padding)
        {
            reach += (int)(kernel - 1) * jump;
            start -= (int)padding * jump;
            jump *= (int)stride;
        }
    }

    /// <summary>A convolution's feature maps; a dense layer's numbers in rows of 16.</summary>
    private static IReadOnlyList<float[,]> MapsOf(Tensor output) =>
        output.shape.Length == 4 ? Pixels.Read(output.squeeze(0)) : Pixels.Read(output.reshape(-1, Math.Min(16, output.shape[1])));

    private Dictionary<string, string> Texts()
    {
        Stage stage = _stages[_chosen];
        float[,] map = stage.Maps[_neuron.Map];
        (float low, float high) = ColorScales.Range(ColorScale.Diverging, map.Cast<float>());
        (double size, double reach) = (_image.GetLength(0), stage.Reach);
        return new()
        {
            ["image"] = Pixels.ToPng(_image, ColorScale.Grey, 0, 1),
            ["field"] = Place(stage.First(_neuron.Column) / size, stage.First(_neuron.Row) / size, reach / size, reach / size),
            ["mapName"] = $"{stage.Name}, map {_neuron.Map}",
            ["map"] = Pixels.ToPng(map, ColorScale.Diverging, low, high),
            ["neuron"] = Place(
                (double)_neuron.Column / stage.Columns,
                (double)_neuron.Row / stage.Rows,
                1.0 / stage.Columns,
                1.0 / stage.Rows
            ),
            ["words"] = Words(),
            ["stages"] = string.Concat(_stages.Select(Sheet)),
            ["data"] = Html.Data(
                new
                {
                    stages = _stages.Select(
                        (each, i) =>
                            new
                            {
                                name = each.Name,
                                takes = each.Takes,
                                maps = each.Maps.Count,
                                rows = each.Rows,
                                columns = each.Columns,
                                across = each.Across,
                                from = _stages.Take(i).Sum(before => before.Maps.Sum(values => values.Length)),
                                reach = each.Reach,
                                jump = each.Jump,
                                start = each.Start,
                            }
                    ),
                    values = Convert.ToBase64String(
                        MemoryMarshal.AsBytes<float>(
                            _stages.SelectMany(each => each.Maps).SelectMany(values => values.Cast<float>()).ToArray()
                        )
                    ),
                    size = _image.GetLength(0),
                    chosen = new[] { _chosen, _neuron.Map, _neuron.Row, _neuron.Column },
                    stops = ColorScales.ForScript(ColorScale.Diverging),
                }
            ),
        };
    }

    /// <summary>All maps of a layer in one picture, the chosen one framed.</summary>
    private string Sheet(Stage stage, int i)
    {
        (int width, int height) = ((stage.Across * (stage.Columns + 1)) + 1, (stage.Maps.Count / stage.Across * (stage.Rows + 1)) + 1);
        (double column, double row) = (_neuron.Map % stage.Across, _neuron.Map / stage.Across);
        string picked =
            i == _chosen
                ? $" style=\"{Place(column * (stage.Columns + 1) / width, row * (stage.Rows + 1) / height, (stage.Columns + 2.0) / width, (stage.Rows + 2.0) / height)}\""
                : " hidden=\"hidden\"";
        return $"<div><p class=\"name\">{stage.Name}<span>{stage.Shape}</span></p><div class=\"sheet\" role=\"group\" style=\"width:{Math.Clamp(SheetWidth / width, 1, 16) * width}px\" "
            + $"aria-label=\"{stage.Name}; the arrow keys go from map to map\"><img src=\"{Pixels.ToSheet(stage.Maps, stage.Across)}\" "
            + $"alt=\"What leaves {stage.Name}\" draggable=\"false\"/><i{picked}></i></div></div>";
    }

    private static string Place(double left, double top, double width, double height) =>
        $"left:{Html.Css(100 * left)}%;top:{Html.Css(100 * top)}%;width:{Html.Css(100 * width)}%;height:{Html.Css(100 * height)}%";

    private string Words()
    {
        Stage stage = _stages[_chosen];
        (int map, int row, int column) = _neuron;
        (int top, int left) = (stage.First(row), stage.First(column));
        return $"{char.ToUpperInvariant(stage.Name[0])}{stage.Name[1..]}, row {row}, column {column} of map {map}: "
            + $"{Html.Fixed(stage.Maps[map][row, column], 2)}. This neuron {stage.Takes}, and sees {stage.Reach} × {stage.Reach} pixels of the "
            + $"image: rows {top} to {top + stage.Reach - 1}, columns {left} to {left + stage.Reach - 1}.";
    }

    /// <summary>What a layer gives, and the receptive fields of its neurons.</summary>
    /// <param name="Name">Which layer it is.</param>
    /// <param name="Takes">What one of its neurons does with the numbers before it.</param>
    /// <param name="Shape">The shape of its output.</param>
    /// <param name="Maps">Its output.</param>
    /// <param name="Reach">How many pixels a neuron sees in each direction.</param>
    /// <param name="Jump">How many pixels farther its neighbour sees; 0 where all see the same.</param>
    /// <param name="Start">The first pixel that the first neuron sees.</param>
    private sealed record Stage(string Name, string Takes, string Shape, IReadOnlyList<float[,]> Maps, int Reach, int Jump, int Start)
    {
        public int Rows => Maps[0].GetLength(0);

        public int Columns => Maps[0].GetLength(1);

        public int Across => Math.Min(8, Maps.Count);

        public int First(int neuron) => Start + (Jump * neuron);
    }
}
