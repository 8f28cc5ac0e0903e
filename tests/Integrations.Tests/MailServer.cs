using System.Net;

namespace Integrations.Tests;

/// <summary>Dovecot, with one user and a mailbox in a temporary directory.</summary>
static class MailServer
{
    internal const string User = "user", Password = "secret";

    internal static Task<ServerProgram> StartAsync(TemporaryDirectory directory, IPAddress? address = null)
    {
        if (!Environment.IsPrivilegedProcess)
            Needs.Lacks("root, from which Dovecot gives up what it does not need.");

        string dovecot = Needs.Program("dovecot", "dovecot-imapd"), configuration = directory.File("dovecot.conf");
        Certificates.WriteLoopback(directory.File("certificate.pem"), directory.File("key.pem"));
        MakeMailbox(directory.File("mail"));
        File.SetUnixFileMode(directory.File(""), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        return ServerProgram.StartAsync(at =>
        {
            File.WriteAllText(configuration, Configuration(directory, at));
            return [Needs.Program("mptcpize", "mptcpize"), "run", dovecot, "-F", "-c", configuration];
        },
        address);
    }

    /// <summary>Dovecot opens mailboxes as an ordinary user.</summary>
    static void MakeMailbox(string directory)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)0b111_111_111);
    }

    static string Configuration(TemporaryDirectory directory, IPEndPoint at) =>
        $$"""
        protocols = imap
        listen = {{at.Address}}
        base_dir = {{directory.File("run")}}
        state_dir = {{directory.File("run")}}
        log_path = {{directory.File("log")}}
        ssl = required
        ssl_cert = <{{directory.File("certificate.pem")}}
        ssl_key = <{{directory.File("key.pem")}}
        default_internal_user = nobody
        default_internal_group = nogroup
        default_login_user = nobody
        mail_location = maildir:{{directory.File("mail")}}
        passdb {
          driver = static
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid=nobody gid=nogroup home={{directory.File("mail")}}
        }
        service anvil {
          chroot =
        }
        service imap-login {
          chroot =
          inet_listener imap {
            port = 0
          }
          inet_listener imaps {
            port = {{at.Port}}
          }
        }
        """;
}
