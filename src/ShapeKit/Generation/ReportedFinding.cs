namespace ShapeKit.Generation;

/// <summary>
/// What a sentence says of a nodule: its side, its zone and how large it is, but neither its exact diameter nor its exact place.
/// </summary>
/// <param name="Side">The patient's side.</param>
/// <param name="Zone">The third of the lung field.</param>
/// <param name="Size">The size class.</param>
public sealed record ReportedFinding(LungSide Side, LungZone Zone, NoduleSize Size)
{
    /// <summary>All 18 of them: two sides, three zones, three sizes, in this order.</summary>
    public static IReadOnlyList<ReportedFinding> All { get; } =
    [
        .. from side in Enum.GetValues<LungSide>()
        from zone in Enum.GetValues<LungZone>()
        from size in Enum.GetValues<NoduleSize>()
        select new ReportedFinding(side, zone, size),
    ];

    /// <summary>What a sentence can say of a nodule that was drawn.</summary>
    /// <param name="finding">The nodule.</param>
    /// <returns>Its side, zone and size class.</returns>
    public static ReportedFinding From(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new ReportedFinding(finding.Side, finding.Zone, finding.Size);
    }

    /// <summary>The finding as words, such as <c>medium nodule, right upper zone</c>.</summary>
    /// <returns>The words.</returns>
    public override string ToString() => $"{Size} nodule, {Side} {Zone} zone".ToLowerInvariant();
}
