namespace Mptcp.Sockets.Tests.Support;

/// <summary>An object of .NET or of this library, and calls that both must answer alike.</summary>
interface IRun : IDisposable
{
    /// <summary>Makes a call, and writes down what it returned or threw.</summary>
    Task<string> AnswerAsync(int call, int argument);
}
