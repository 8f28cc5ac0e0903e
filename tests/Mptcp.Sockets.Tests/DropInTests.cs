using System.Net.Sockets;
using System.Reflection;

namespace Mptcp.Sockets.Tests;

/// <summary>MptcpTcpListener and MptcpTcpClient must keep up with the members that .NET adds to the types that they replace.</summary>
public class DropInTests
{
    const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [InlineData(typeof(TcpListener), typeof(MptcpTcpListener))]
    [InlineData(typeof(TcpClient), typeof(MptcpTcpClient))]
    public void Every_constructor_exists_with_an_optional_mode_at_the_end(Type original, Type standIn)
    {
        foreach (ConstructorInfo constructor in original.GetConstructors())
        {
            Type[] parameters = [.. constructor.GetParameters().Select(p => p.ParameterType), typeof(MptcpMode)];

            ConstructorInfo? counterpart = standIn.GetConstructor(parameters);

            counterpart.Should().NotBeNull("{0} has {1}", original, constructor);
            ParameterInfo mode = counterpart!.GetParameters()[^1];
            if (parameters.Length > 1) // MptcpTcpClient(MptcpMode) has no default: the compiler would prefer MptcpTcpClient()
                mode.DefaultValue.Should().Be(MptcpMode.Preferred);

            counterpart.GetParameters().SkipLast(1).Select(p => p.Name).Should().Equal(constructor.GetParameters().Select(p => p.Name));
            counterpart.IsDefined(typeof(ObsoleteAttribute)).Should().Be(constructor.IsDefined(typeof(ObsoleteAttribute)));
        }
    }

    [Theory]
    [InlineData(typeof(TcpClient), typeof(MptcpTcpClient), "Connect")]
    [InlineData(typeof(TcpListener), typeof(MptcpTcpListener), "Start")]
    public void Every_member_that_makes_or_connects_a_socket_is_hidden(Type original, Type standIn, string word)
    {
        MethodInfo[] methods = [.. original.GetMethods(Declared).Where(m => m.Name.Contains(word, StringComparison.Ordinal) && !m.IsSpecialName)];
        methods.Should().NotBeEmpty();

        foreach (MethodInfo method in methods)
        {
            MethodInfo? counterpart = standIn.GetMethod(method.Name, Declared, [.. method.GetParameters().Select(p => p.ParameterType)]);

            counterpart.Should().NotBeNull("{0} has {1}", original, method);
            counterpart!.ReturnType.Should().Be(method.ReturnType);
            counterpart.GetParameters().Select(p => p.Name).Should().Equal(method.GetParameters().Select(p => p.Name));
        }
    }

    /// <summary>If .NET adds a member, this test fails: check whether it creates or connects a socket, then add it here.</summary>
    [Fact]
    public void No_member_of_the_originals_is_unknown()
    {
        Names(typeof(TcpListener)).Should().BeSubsetOf(
        [
            "AcceptSocket", "AcceptSocketAsync", "AcceptTcpClient", "AcceptTcpClientAsync", "AllowNatTraversal", "BeginAcceptSocket",
            "BeginAcceptTcpClient", "Create", "Dispose", "EndAcceptSocket", "EndAcceptTcpClient", "ExclusiveAddressUse", "LocalEndpoint", "Pending",
            "Server", "Start", "Stop",
        ]);
        Names(typeof(TcpClient)).Should().BeSubsetOf(
        [
            "Available", "BeginConnect", "Client", "Close", "Connect", "ConnectAsync", "Connected", "Dispose", "EndConnect", "ExclusiveAddressUse",
            "GetStream", "LingerState", "NoDelay", "ReceiveBufferSize", "ReceiveTimeout", "SendBufferSize", "SendTimeout",
        ]);

        static IEnumerable<string> Names(Type type) => type.GetMembers(Declared)
            .Where(m => m is not ConstructorInfo and not MethodInfo { IsSpecialName: true })
            .Select(m => m.Name)
            .Distinct();
    }
}
