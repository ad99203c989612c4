using System.Text;

namespace ShapeKit.Visualization;

/// <summary>An image, the products of one window, and the feature map; after CNN Explainer (Wang et al., IEEE TVCG 2021).</summary>
internal sealed class ConvolutionPicture
{
    private const int Cell = 24;
    private const int MostNumbered = 12;

    private readonly float[,] _image;
    private readonly float[,] _kernel;
    private readonly float[,] _map;
    private readonly int _row;
    private readonly int _column;

    public ConvolutionPicture(float[,] image, float[,] kernel)
    {
        (_image, _kernel) = (image, kernel);
        _map = new float[image.GetLength(0) - kernel.GetLength(0) + 1, image.GetLength(1) - kernel.GetLength(1) + 1];
        for (int row = 0; row < _map.GetLength(0); row++)
        {
            for (int column = 0; column < _map.GetLength(1); column++)
            {
                _map[row, column] = Products(row, column).Sum();
                if (Math.Abs(_map[row, column]) > Math.Abs(_map[_row, _column]))
                {
                    (_row, _column) = (row, column);
                }
            }
        }
    }

    public Explorer ToExplorer(string title)
    {
        string size =
            $"an image of {_image.GetLength(0)} × {_image.GetLength(1)} pixels, a kernel of {_kernel.GetLength(0)} × "
            + $"{_kernel.GetLength(1)} values and their feature map of {_map.GetLength(0)} × {_map.GetLength(1)} values";
        return new Explorer("convolution", title, $"{title}: {size}. {Sentence()}", Texts());
    }

    private Dictionary<string, string> Texts()
    {
        int columns = _kernel.GetLength(1);
        StringBuilder products = new();
        float[] values = Products(_row, _column);
        float largest = LargestProduct();
        for (int i = 0; i < values.Length; i++)
        {
            float pixel = _image[_row + (i / columns), _column + (i % columns)];
            products.Append(
                $"<div style=\"background:{Tint(values[i], largest)}\"><span>{Html.Number(pixel)} × "
                    + $"{Html.Number(_kernel[i / columns, i % columns])}</span><b>{Html.Number(values[i])}</b></div>"
            );
        }

        ColorScale colors = ColorScales.For(_image);
        return new()
        {
            ["image"] = Svg("image", _image, colors, _row, _column, _kernel.GetLength(0), columns, "The image"),
            ["columns"] = $"{columns}",
            ["products"] = products.ToString(),
            ["count"] = $"{values.Length}",
            ["sum"] = Html.Number(_map[_row, _column]),
            ["map"] = Svg("map", _map, ColorScale.Diverging, _row, _column, 1, 1, "The feature map; the arrow keys move the window"),
            ["words"] = Sentence(),
            ["data"] = Html.Data(
                new
                {
                    image = Pixels.Rows(_image),
                    kernel = Pixels.Rows(_kernel),
                    map = Pixels.Rows(_map),
                    largest,
                    row = _row,
                    column = _column,
                    cell = Cell,
                }
            ),
        };
    }

    private static string Svg(
        string name,
        float[,] values,
        ColorScale colors,
        int row,
        int column,
        int frameRows,
        int frameColumns,
        string label
    )
    {
        (int rows, int columns) = (values.GetLength(0), values.GetLength(1));
        (int width, int height) = (columns * Cell, rows * Cell);
        (float low, float high) = ColorScales.Range(colors, values.Cast<float>());
        double scale = Math.Min(1.4, 220.0 / Math.Max(width, height));
        StringBuilder svg = new();
        svg.Append(
                $"<svg class=\"{name}\" viewBox=\"0 0 {width} {height}\" width=\"{Html.Css(width * scale)}\" "
                    + $"height=\"{Html.Css(height * scale)}\" role=\"img\" aria-label=\"{label}\">"
            )
            .Append(
                $"<image href=\"{Pixels.ToPng(values, colors, low, high)}\" width=\"{width}\" height=\"{height}\" "
                    + $"preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\"/>"
            )
            .Append($"<rect width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"{Html.Line}\"/>");
        if (Math.Max(rows, columns) <= MostNumbered)
        {
            string[] texts = [.. values.Cast<float>().Select(value => Html.Number(value))];
            string size = Html.Css(Math.Min(9, (Cell - 2) / (0.62 * texts.Max(text => text.Length))));
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                {
                    svg.Append(
                        $"<text x=\"{(j * Cell) + (Cell / 2)}\" y=\"{(i * Cell) + (Cell / 2)}\" dy=\".35em\" text-anchor=\"middle\" "
                            + $"font-size=\"{size}\" "
                            + $"fill=\"{ColorScales.TextCss(colors, values[i, j], low, high)}\">{texts[(i * columns) + j]}</text>"
                    );
                }
            }
        }

        return svg.Append(
                $"<rect class=\"frame\" x=\"{column * Cell}\" y=\"{row * Cell}\" width=\"{frameColumns * Cell}\" "
                    + $"height=\"{frameRows * Cell}\" fill=\"none\" stroke=\"{Palette.Orange}\" stroke-width=\"{Html.Css(2.5 / scale)}\"/>"
            )
            .Append("</svg>")
            .ToString();
    }

    private float[] Products(int row, int column)
    {
        float[] products = new float[_kernel.Length];
        int columns = _kernel.GetLength(1);
        for (int i = 0; i < products.Length; i++)
        {
            products[i] = _image[row + (i / columns), column + (i % columns)] * _kernel[i / columns, i % columns];
        }

        return products;
    }

    /// <summary>The largest product that can occur, which gets the strongest tint.</summary>
    private float LargestProduct()
    {
        float largest = _image.Cast<float>().Max(Math.Abs) * _kernel.Cast<float>().Max(Math.Abs);
        return largest > 0 ? largest : 1;
    }

    private static string Tint(float product, float largest) =>
        $"rgba({(product < 0 ? "47,127,193" : "214,69,93")},{Html.Css(0.5 * Math.Abs(product) / largest)})";

    private string Sentence() =>
        $"The window at row {_row}, column {_column} of the image gives {Html.Number(_map[_row, _column])} at row {_row}, column "
        + $"{_column} of the feature map.";
}
