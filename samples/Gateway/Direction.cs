namespace Gateway;

enum Direction
{
    ToServer,
    ToClient,
}
