using System.Globalization;

namespace ShapeKit.Generation;

/// <summary>
/// The patient's side. A frontal radiograph is read as if the patient faced the reader: the patient's right lung is on the image's left.
/// </summary>
public enum LungSide
{
    /// <summary>The patient's right, on the left of the image.</summary>
    Right = 0,

    /// <summary>The patient's left, on the right of the image, where the heart's tip points.</summary>
    Left = 1,
}

/// <summary>A third of a lung field's height, counted between its tip and the dome of its diaphragm.</summary>
public enum LungZone
{
    /// <summary>The upper third.</summary>
    Upper = 0,

    /// <summary>The middle third.</summary>
    Middle = 1,

    /// <summary>The lower third.</summary>
    Lower = 2,
}

/// <summary>How large a nodule is. No drawn nodule lies between two classes.</summary>
public enum NoduleSize
{
    /// <summary>10 to 13 mm in diameter.</summary>
    Small = 0,

    /// <summary>15 to 20 mm in diameter.</summary>
    Medium = 1,

    /// <summary>24 to 30 mm in diameter; what is larger than 30 mm is called a mass.</summary>
    Large = 2,
}

/// <summary>A nodule as it was drawn: the truth that a report is judged by.</summary>
/// <param name="Side">The patient's side; the right lung is on the image's left.</param>
/// <param name="Zone">The third of the lung field that holds its centre.</param>
/// <param name="DiameterMillimetres">Its diameter in whole millimetres, 10 to 30.</param>
/// <param name="XMillimetres">Its centre's distance from the image's left edge, in millimetres; divided by the millimetres per pixel it
/// gives pixels.</param>
/// <param name="YMillimetres">Its centre's distance from the image's top edge, in millimetres.</param>
public sealed record Finding(LungSide Side, LungZone Zone, int DiameterMillimetres, double XMillimetres, double YMillimetres)
{
    /// <summary>Its size class: up to 13 mm small, up to 20 mm medium, above that large.</summary>
    public NoduleSize Size =>
        DiameterMillimetres <= 13 ? NoduleSize.Small
        : DiameterMillimetres <= 20 ? NoduleSize.Medium
        : NoduleSize.Large;

    /// <summary>The area of its shadow, π (d / 2)², in square millimetres.</summary>
    public double AreaSquareMillimetres => Math.PI * DiameterMillimetres * DiameterMillimetres / 4;

    /// <summary>The finding as words, such as <c>15 mm nodule, right upper zone</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{DiameterMillimetres} mm nodule, {(Side == LungSide.Right ? "right" : "left")} {Zone.ToString().ToLowerInvariant()} zone"
        );

    /// <summary>The diameters of a size class, in whole millimetres.</summary>
    internal static PixelRange DiametersOf(NoduleSize size) =>
        size switch
        {
            NoduleSize.Small => (10, 13),
            NoduleSize.Medium => (15, 20),
            _ => (24, 30),
        };
}
