using Refit;

namespace Integrations.Tests;

/// <summary>Refit implements it.</summary>
public interface IOrders
{
    [Get("/orders")]
    Task<string> GetAsync();
}
