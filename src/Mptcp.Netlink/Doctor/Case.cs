namespace Mptcp.Netlink.Doctor;

/// <summary>Everything that a rule may examine.</summary>
sealed record Case(MptcpHostSnapshot Host, MptcpDoctorOptions Options, MptcpProbeResult? Peer);
