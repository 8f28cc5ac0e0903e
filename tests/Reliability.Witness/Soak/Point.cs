using Reliability.Roles;

namespace Reliability.Soak;

/// <summary>What the processes and the kernel have at one moment.</summary>
sealed record Point(double Minutes, Sample Client, Sample Server, Sample Services, int Sockets, int Endpoints);
