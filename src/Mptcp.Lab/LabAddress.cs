using System.Net;

namespace Mptcp.Lab;

/// <summary>An address of an interface, with the prefix length of its network.</summary>
readonly record struct LabAddress(IPAddress Address, int PrefixLength)
{
    public override string ToString() => $"{Address}/{PrefixLength}";
}
