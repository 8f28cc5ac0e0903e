namespace Mptcp.Tool.Json;

sealed record DashboardLine(string Url);
