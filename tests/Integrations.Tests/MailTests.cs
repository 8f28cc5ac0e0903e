using System.Net.Sockets;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;

namespace Integrations.Tests;

public class MailTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_reads_mail_over_MPTCP_and_connects_again_after_a_restart_of_the_server()
    {
        Needs.Mptcp();
        using var directory = new TemporaryDirectory();
        await using ServerProgram server = await MailServer.StartAsync(directory);
        using (ImapClient before = await LogInAsync(server))
            await before.Inbox.AppendAsync(new MimeMessage { Subject = "hello", Body = new TextPart("plain") { Text = "world" } });

        await server.StopAsync();
        await server.StartAsync();

        using ImapClient after = await LogInAsync(server);
        await after.Inbox.OpenAsync(FolderAccess.ReadOnly);
        (await after.Inbox.GetMessageAsync(0)).Subject.Should().Be("hello");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_survives_the_loss_of_a_path()
    {
        using var paths = new TwoPaths();
        using var directory = new TemporaryDirectory();
        await using ServerProgram server = await paths.StartAsync(address => MailServer.StartAsync(directory, address));
        using ImapClient client = await paths.Client.RunAsync(() => LogInAsync(server));

        await paths.ShouldSurviveAsync(() => client.Inbox.AppendAsync(new MimeMessage { Subject = "hello", Body = new TextPart("plain") { Text = "world" } }));
    }

    static async Task<ImapClient> LogInAsync(ServerProgram server)
    {
        var client = new ImapClient { ServerCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == Certificates.Loopback.GetCertHashString() };
        Socket socket = await ConnectAsync(client, $"{server.EndPoint.Address}", server.EndPoint.Port, CancellationToken.None);
        await client.AuthenticateAsync(MailServer.User, MailServer.Password);
        socket.GetMptcpState().Should().Be(MptcpState.Mptcp);
        return client;
    }

    static async Task<Socket> ConnectAsync(ImapClient client, string host, int port, CancellationToken cancellationToken)
    {
        Socket socket = await MptcpSocket.ConnectAsync(host, port, cancellationToken: cancellationToken);
        await client.ConnectAsync(socket, host, port, SecureSocketOptions.SslOnConnect, cancellationToken); // the name is for the certificate
        return socket;
    }
}
