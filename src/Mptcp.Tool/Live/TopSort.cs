namespace Mptcp.Tool.Live;

enum TopSort
{
    Rate,
    Rtt,
    Process,
    Token,
}
