namespace ShapeKit.Data;

/// <summary>The kinds of shape that <see cref="Generation.ShapeGenerator"/> draws.</summary>
public enum ShapeKind
{
    /// <summary>A circle; an ellipse when <see cref="Generation.ShapeGeneratorOptions.Margins"/> scale x and y differently.</summary>
    Circle = 0,

    /// <summary>A rectangle with sides parallel to the image's.</summary>
    Rectangle = 1,

    /// <summary>A triangle with two equal sides that stands on its base and points up.</summary>
    Triangle = 2,
}
