using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;

namespace ShapeKit.Kernel.Display;

/// <summary>Images, charts and tensors of libraries that the engine does not depend on: they are known by their types' names.</summary>
/// <remarks>So any version that a cell loads is shown, and none is loaded before a cell asks for it.</remarks>
internal static class KnownTypes
{
    /// <summary>More values than this are not written out, only described.</summary>
    private const long MostTensorValues = 1000;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Whether a value's type is a library's image, chart or tensor, which has no columns to make a table of.</summary>
    public static bool Knows(object value) =>
        FullName(value)
            is "SkiaSharp.SKImage"
                or "SkiaSharp.SKBitmap"
                or "SkiaSharp.SKSurface"
                or "Plotly.NET.GenericChart"
                or "TorchSharp.torch+Tensor";

    /// <summary>Fills in the forms of a value whose type is known here.</summary>
    /// <returns>Whether it is.</returns>
    public static bool Fill(Dictionary<string, string> forms, object value)
    {
        switch (FullName(value))
        {
            case "System.Byte[]" when ((byte[])value).AsSpan().StartsWith(PngSignature):
                Png(forms, (byte[])value);
                return true;
            case "SkiaSharp.SKImage":
                Png(forms, Encode(value));
                return true;
            case "SkiaSharp.SKBitmap":
                using (var image = (IDisposable)Static(value, "SkiaSharp.SKImage", "FromBitmap", value))
                {
                    Png(forms, Encode(image));
                }

                return true;
            case "SkiaSharp.SKSurface":
                using (var image = (IDisposable)((dynamic)value).Snapshot())
                {
                    Png(forms, Encode(image));
                }

                return true;
            case "Plotly.NET.GenericChart":
                string figure = (string)Static(value, "Plotly.NET.GenericChart", "toFigureJson", value);
                forms[PlotlyHtml.MimeType] = figure;
                forms[MimeBundle.Html] = PlotlyHtml.Of(figure, value.GetType().Assembly);
                forms[MimeBundle.Plain] = "Plotly chart";
                return true;
            case "TorchSharp.torch+Tensor":
                forms[MimeBundle.Plain] = Tensor(value);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A tensor's shape, type and values: <c>Tensor [2, 3] Float32</c> and a line a row.</summary>
    private static string Tensor(dynamic tensor)
    {
        string header = $"Tensor [{string.Join(", ", (long[])tensor.shape)}] {(object)tensor.dtype}";
        string device = ((object)tensor.device).ToString() ?? "cpu";
        if (device != "cpu")
        {
            header += " on " + device;
        }

        if ((long)tensor.numel() > MostTensorValues)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{header}, {(long)tensor.numel():N0} values");
        }

        Type style = ((object)tensor).GetType().Assembly.GetType("TorchSharp.TensorStringStyle", throwOnError: true)!;
        string values = tensor.ToString((dynamic)Enum.Parse(style, "Numpy"));
        return header + "\n" + values.ReplaceLineEndings("\n").TrimEnd();
    }

    private static byte[] Encode(dynamic image)
    {
        using var data = (IDisposable)image.Encode();
        return ((dynamic)data).ToArray();
    }

    private static void Png(Dictionary<string, string> forms, byte[] png)
    {
        forms[MimeBundle.Png] = Convert.ToBase64String(png);
        // The header: width and height follow the signature and the first chunk's length and name.
        forms[MimeBundle.Plain] =
            png.Length < 24
                ? "PNG image"
                : $"PNG image, {BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16))} × "
                    + $"{BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))}";
    }

    /// <summary>The name of the first public type a library declares for the value: charts are private subclasses of theirs.</summary>
    private static string? FullName(object value)
    {
        Type type = value.GetType();
        return type.BaseType is { FullName: "Plotly.NET.GenericChart" or "TorchSharp.torch+Tensor" } known ? known.FullName : type.FullName;
    }

    private static object Static(object value, string type, string method, params object[] arguments)
    {
        Type declaring = value.GetType().Assembly.GetType(type, throwOnError: true)!;
        MethodInfo found = declaring
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .First(m =>
                m.Name == method
                && m.GetParameters() is { Length: 1 } parameters
                && parameters[0].ParameterType.IsInstanceOfType(arguments[0])
            );
        return found.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture)!;
    }
}
