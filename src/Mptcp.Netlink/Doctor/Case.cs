namespace Mptcp.Netlink.Doctor;

/// <summary>All that a rule may look at.</summary>
sealed record Case(MptcpHostSnapshot Host, MptcpDoctorOptions Options, MptcpProbeResult? Peer);
