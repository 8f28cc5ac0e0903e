namespace Mptcp.Gateway.Telemetry;

enum Direction
{
    ToServer,
    ToClient,
}
