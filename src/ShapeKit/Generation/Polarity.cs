namespace ShapeKit.Generation;

/// <summary>Whether shapes are dark or light.</summary>
public enum Polarity
{
    /// <summary>Black shapes (0) on white (1), like ink on paper.</summary>
    DarkOnLight = 0,

    /// <summary>White shapes (1) on black (0), like bone on a radiograph.</summary>
    LightOnDark = 1,
}
