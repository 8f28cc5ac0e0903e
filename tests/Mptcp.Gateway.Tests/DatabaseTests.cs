using System.Net;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>A database and its client, neither of which can be changed, with two gateways and MPTCP between them.</summary>
public class DatabaseTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_database_is_used_through_two_gateways_with_multipath_tcp_between_them()
    {
        Needs.Mptcp();
        await using Postgres postgres = await Postgres.StartAsync();
        (GatewayProcess far, IPEndPoint middle) = await GatewayProcess.StartAsync("web:Listen=mptcp@127.0.0.1:0", "web:ListenMode=Required", $"web:Connect=tcp@{postgres.EndPoint}");
        await using GatewayProcess _ = far;
        (GatewayProcess near, IPEndPoint front) = await GatewayProcess.StartAsync("web:Listen=tcp@127.0.0.1:0", $"web:Connect=mptcp@{middle}", "web:RequireMptcpPeer=true");
        await using GatewayProcess __ = near;

        await using (NpgsqlConnection connection = await Postgres.ConnectAsync(front))
        {
            await QueryAsync(connection);
            await CopyInAndOutAsync(connection);
        }

        await CancelAsync(front, postgres.EndPoint);

        await near.LineAsync("came over Tcp, and is connected to");
        (await far.LineAsync("came over")).Should().Contain("came over Mptcp").And.EndWith("over Tcp.");
        (await near.LineAsync("Completed after")).Should().EndWith("client Tcp, server Mptcp.");
    }

    static async Task QueryAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select sum(n) from generate_series(1, 1000) n", connection);
        (await command.ExecuteScalarAsync()).Should().Be(500_500L);
    }

    static async Task CopyInAndOutAsync(NpgsqlConnection connection)
    {
        const int rows = 50, size = 1024 * 1024;
        await using (var create = new NpgsqlCommand("create table blobs (id int, content bytea); alter table blobs alter content set storage external", connection))
            await create.ExecuteNonQueryAsync();

        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (NpgsqlBinaryImporter import = await connection.BeginBinaryImportAsync("copy blobs from stdin (format binary)"))
        {
            for (int id = 0; id < rows; id++)
            {
                byte[] content = Peers.RandomBytes(size);
                sent.AppendData(content);
                await import.StartRowAsync();
                await import.WriteAsync(id, NpgsqlDbType.Integer);
                await import.WriteAsync(content, NpgsqlDbType.Bytea);
            }

            (await import.CompleteAsync()).Should().Be(rows);
        }

        byte[] hash = sent.GetHashAndReset();
        await using (var ask = new NpgsqlCommand("select sha256(string_agg(content, ''::bytea order by id)) from blobs", connection))
            (await ask.ExecuteScalarAsync()).Should().BeEquivalentTo(hash, "the database has what was sent");

        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (NpgsqlBinaryExporter export = await connection.BeginBinaryExportAsync("copy (select content from blobs order by id) to stdout (format binary)"))
        {
            while (await export.StartRowAsync() == 1)
                received.AppendData(await export.ReadAsync<byte[]>(NpgsqlDbType.Bytea));
        }

        received.GetHashAndReset().Should().Equal(hash);
    }

    /// <summary>Cancels a query. PostgreSQL cancels over a second connection.</summary>
    static async Task CancelAsync(IPEndPoint gateway, IPEndPoint database)
    {
        await using NpgsqlConnection connection = await Postgres.ConnectAsync(gateway), witness = await Postgres.ConnectAsync(database);
        await using var endless = new NpgsqlCommand("select pg_sleep(100000)", connection);
        using var cancellation = new CancellationTokenSource();
        Task querying = endless.ExecuteNonQueryAsync(cancellation.Token);
        await using (var look = new NpgsqlCommand("select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'", witness))
            await Eventually.TrueAsync(() => (long)look.ExecuteScalar()! == 1, "the query runs");

        await cancellation.CancelAsync();

        OperationCanceledException cancelled = (await FluentActions.Awaiting(() => querying.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<OperationCanceledException>()).Which;
        cancelled.InnerException.Should().BeOfType<PostgresException>().Which.SqlState.Should().Be(PostgresErrorCodes.QueryCanceled, "the database has ended it");
        await QueryAsync(connection); // it is still good
    }
}
