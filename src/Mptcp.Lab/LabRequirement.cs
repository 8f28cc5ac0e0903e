namespace Mptcp.Lab;

/// <summary>A feature that a machine or user lacks for a lab, or for a part of it.</summary>
/// <param name="Feature">The missing feature.</param>
/// <param name="IsRequired">
/// <see langword="true"/> if no lab can be created without it; <see langword="false"/> if only the part that uses it fails.
/// </param>
/// <param name="Explanation">What is missing and how to get it, in one sentence.</param>
public sealed record LabRequirement(LabFeature Feature, bool IsRequired, string Explanation)
{
    /// <summary>Returns the <see cref="Explanation"/>.</summary>
    public override string ToString() => Explanation;
}
