namespace Mptcp.Tool.Json;

sealed record LimitsLine(int ExtraSubflows, int AcceptedAddresses, int Maximum);
