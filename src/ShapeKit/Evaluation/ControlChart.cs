using System.Globalization;

namespace ShapeKit.Evaluation;

/// <summary>
/// A control chart: numbers that come one after the other, such as one a week, beside the limits within which chance alone keeps nearly
/// all of them.
/// </summary>
/// <remarks>
/// W. A. Shewhart, <em>Economic control of quality of manufactured product</em> (1931). The limits lie three standard errors from the
/// centre: as long as nothing changes, a nearly normally distributed number leaves them about once in 370 times.
/// </remarks>
public sealed class ControlChart
{
    private const double Errors = 3;

    private ControlChart(double[] values, double centre, double standardError)
    {
        (Values, Centre) = (values, centre);
        (LowerLimit, UpperLimit) = (centre - (Errors * standardError), centre + (Errors * standardError));
        Alarms = [.. values.Index().Where(at => at.Item < LowerLimit || at.Item > UpperLimit).Select(at => at.Index + 1)];
    }

    /// <summary>The numbers, in the order in which they came.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>What is expected as long as nothing changes.</summary>
    public double Centre { get; }

    /// <summary>Three standard errors below the centre.</summary>
    public double LowerLimit { get; }

    /// <summary>Three standard errors above the centre.</summary>
    public double UpperLimit { get; }

    /// <summary>Which numbers lie beyond a limit, counted from 1; the first is the alarm.</summary>
    public IReadOnlyList<int> Alarms { get; }

    /// <summary>Compares numbers with what is expected.</summary>
    /// <param name="values">The numbers; at least one.</param>
    /// <param name="centre">What is expected, measured before the watch began.</param>
    /// <param name="standardError">The standard error of one number, above 0: of the mean of n values that scatter with the standard
    /// deviation s it is s / √n, of a share p among n cases √(p (1 − p) / n).</param>
    /// <returns>The chart.</returns>
    /// <exception cref="ArgumentException">There are no numbers, or one that is given is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The standard error is not above 0.</exception>
    public static ControlChart From(IReadOnlyList<double> values, double centre, double standardError)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0 || !values.Append(centre).Append(standardError).All(double.IsFinite))
        {
            throw new ArgumentException("A control chart needs numbers, at least one, and a centre, all of them finite.", nameof(values));
        }

        return standardError > 0
            ? new ControlChart([.. values], centre, standardError)
            : throw new ArgumentOutOfRangeException(nameof(standardError), standardError, "The standard error of a number is above 0.");
    }

    /// <summary>The chart as a line such as <c>26 values, limits 0.31 to 0.69, 2 beyond: 19, 21</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Values.Count} values, limits {LowerLimit:0.000} to {UpperLimit:0.000}, ")
        + (Alarms.Count == 0 ? "none beyond" : $"{Alarms.Count} beyond: {string.Join(", ", Alarms)}");
}
