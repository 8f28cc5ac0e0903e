using System.Runtime.CompilerServices;
using Mptcp.Lab;

namespace FailoverTest;

static class Setup
{
    /// <summary>Lets an ordinary user run these tests. If that is not necessary or not possible, it returns, and the tests run as they are, or skip.</summary>
    [ModuleInitializer]
    internal static void BecomeRootOfANamespace()
    {
        if (LabNetwork.Missing.Any(requirement => requirement.IsRequired))
            Rootless.Restart();
    }
}
