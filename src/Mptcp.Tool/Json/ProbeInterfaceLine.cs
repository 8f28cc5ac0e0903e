namespace Mptcp.Tool.Json;

sealed record ProbeInterfaceLine(string Name, string Address, ProbeAttemptLine Tcp, ProbeAttemptLine Mptcp, ProbeAttemptLine Join);
