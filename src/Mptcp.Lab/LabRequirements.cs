using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>What a lab needs of a machine and a user, tried.</summary>
static class LabRequirements
{
    static readonly (string Program, string Package)[] s_programs = [("ip", "iproute2"), ("tc", "iproute2"), ("ss", "iproute2"), ("nft", "nftables"), ("setpriv", "util-linux")];

    internal static IReadOnlyList<string> FindMissing()
    {
        if (!OperatingSystem.IsLinux())
            return ["A lab needs Linux: it is made of network namespaces."];

        return
        [
            .. s_programs
                .Where(program => Command.Find(program.Program) is null)
                .Select(program => $"A lab needs the program {program.Program}: on Debian, 'apt-get install {program.Package}'."),
            .. FindNamespaceProblem() is { } problem
                ? new[] { $"A lab needs network namespaces ({problem}): run as root, or inside 'unshare --user --map-root-user'." }
                : [],
        ];
    }

    static string? FindNamespaceProblem()
    {
        try
        {
            NetworkNamespace.Create().Dispose();
            return null;
        }
        catch (LabException e)
        {
            return e.Message.TrimEnd('.');
        }
    }
}
