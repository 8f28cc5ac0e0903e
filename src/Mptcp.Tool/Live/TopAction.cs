namespace Mptcp.Tool.Live;

sealed record TopAction(TopActionKind Kind, PathKey Path);
