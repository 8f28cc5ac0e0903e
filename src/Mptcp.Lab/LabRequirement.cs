namespace Mptcp.Lab;

/// <summary>Something that a machine or user lacks for a lab, or for a part of what a lab can do.</summary>
/// <param name="Feature">What is missing.</param>
/// <param name="IsRequired"><see langword="true"/> if no lab can be made without it; <see langword="false"/> if only what uses it fails.</param>
/// <param name="Explanation">What is missing and how to get it, in one sentence.</param>
public sealed record LabRequirement(LabFeature Feature, bool IsRequired, string Explanation)
{
    /// <summary>Returns the <see cref="Explanation"/>.</summary>
    public override string ToString() => Explanation;
}
