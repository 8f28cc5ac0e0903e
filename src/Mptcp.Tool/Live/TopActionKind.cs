namespace Mptcp.Tool.Live;

enum TopActionKind
{
    ToggleBackup,
    Close,
}
