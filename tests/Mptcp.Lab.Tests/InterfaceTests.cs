using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Changes of real interfaces, seen by ip(8).</summary>
public sealed class InterfaceTests : IDisposable
{
    static readonly IPAddress s_other = IPAddress.Parse("10.0.1.77");

    readonly LabNetwork _network = Labs.TwoHosts("wifi", "sound");
    readonly LabLink _wifi;
    readonly LabHost _client, _server;
    readonly LabInterface _interface;

    public InterfaceTests()
    {
        _client = _network.Client();
        _server = _network.Server();
        _wifi = _network.GetLink("wifi");
        _interface = _wifi.GetInterface(_client);
    }

    public void Dispose() => _network.Dispose();

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("10.0.1.77", 24)]
    [InlineData("192.0.2.77", 32)]
    [InlineData("fd00:0:0:1::77", 64)]
    [InlineData("2001:db8::77", 128)]
    public async Task An_address_is_added_and_removed(string text, int prefixLength)
    {
        var address = IPAddress.Parse(text);

        _interface.AddAddress(address, prefixLength);

        _interface.Addresses.Should().HaveCount(3).And.Contain(address);
        Addresses().Should().Contain(text);
        await EchoesFromAsync(address);

        _interface.RemoveAddress(address);

        Addresses().Should().NotContain(text);
        _interface.Addresses.Should().HaveCount(2);
        await Labs.EchoesAsync(_wifi, address.AddressFamily);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Removing_the_first_address_keeps_the_second()
    {
        _interface.AddAddress(s_other, 24);

        _interface.RemoveAddress(_wifi.GetAddress(_client));

        _wifi.GetAddress(_client).Should().Be(s_other);
        DefaultRoutes().Should().Contain("wifi");
        await EchoesFromAsync(s_other);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_default_route_with_a_metric_is_added_after_an_address(AddressFamily family)
    {
        IPAddress address = _wifi.GetAddress(_client, family);
        _interface.RemoveAddress(address);
        Addresses().Should().NotContain($"{address}");
        DefaultRoutes(family).Should().Equal("sound");
        FluentActions.Invoking(() => _wifi.GetAddress(_client, family)).Should().Throw<LabException>().WithMessage($"*wifi of client*{family}*");

        _interface.AddAddress(address, family == AddressFamily.InterNetwork ? 24 : 64);
        Addresses().Should().Contain($"{address}");
        DefaultRoutes(family).Should().Equal("sound");

        _interface.AddDefaultRoute(family, metric: 50);
        DefaultRoutes(family).Should().Equal("wifi", "sound");
        Ip(family, "route", "show", "default", "dev", "wifi").GetProperty("metric").GetInt32().Should().Be(50);
        _interface.AddDefaultRoute(family, metric: 500);
        DefaultRoutes(family).Should().Equal("sound", "wifi");
        await EchoesFromAsync(address);

        _interface.RemoveDefaultRoute(family);
        DefaultRoutes(family).Should().Equal("sound");
        await EchoesFromAsync(address); // on the link itself
        FluentActions.Invoking(() => _interface.RemoveDefaultRoute(family)).Should().Throw<InvalidOperationException>().WithMessage("*wifi of client*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Packets_do_not_leave_over_another_link_without_the_default_route_of_their_address()
    {
        LabLink lan = _network.AddLink("lan", _server, _network.AddHost("other"));
        IPAddress from = _wifi.GetAddress(_client);
        using Socket listener = _server.Listen(lan.GetAddress(_server));
        (await _client.ConnectAsync(listener.EndPoint(), from)).Dispose();

        _interface.RemoveDefaultRoute();

        (await FluentActions.Awaiting(() => _client.ConnectAsync(listener.EndPoint(), from)).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().BeOneOf(SocketError.HostUnreachable, SocketError.NetworkUnreachable);
        (await _client.ConnectAsync(listener.EndPoint())).Dispose();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_change_of_the_address_keeps_the_default_route()
    {
        IPAddress before = _wifi.GetAddress(_client);
        _interface.AddDefaultRoute(metric: 7);

        _interface.ChangeAddress(before, s_other);

        Addresses().Should().Contain($"{s_other}").And.NotContain($"{before}");
        Ip(AddressFamily.InterNetwork, "route", "show", "default", "dev", "wifi").GetProperty("metric").GetInt32().Should().Be(7);
        await EchoesFromAsync(s_other);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_interface_without_carrier_stays_up()
    {
        using (LabFault fault = _interface.LoseCarrier())
        {
            fault.ToString().Should().Be("wifi of client has no carrier");
            JsonElement device = Device(_client, "wifi");
            Flags(device).Should().Contain(["UP", "NO-CARRIER"]).And.NotContain("LOWER_UP");
            Flags(Device(_server, "wifi")).Should().NotContain("UP");
            Addresses().Should().Contain($"{_wifi.GetAddress(_client)}");
            DefaultRoutes().Should().Contain("wifi");
        }

        Flags(Device(_client, "wifi")).Should().Contain("LOWER_UP");
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetwork);
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetworkV6);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_interface_is_renamed_with_its_addresses_routes_and_faults()
    {
        Needs.LabFaults();
        using (_wifi.Blackhole(_server))
        {
            _interface.Rename("wlan0");

            _interface.Name.Should().Be("wlan0");
            Device(_client, "wlan0").GetProperty("ifindex").GetInt32().Should().Be(_interface.Index);
            DefaultRoutes().Should().Contain("wlan0");
            (await Postman.DeliverAsync(_wifi, _network.GetLink("sound"), _server)).Should().Be(0);
            (await Postman.DeliverAsync(_wifi, _network.GetLink("sound"), _client)).Should().Be(1);
        }

        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetwork);
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetworkV6);
        using (_wifi.Down())
            Flags(Device(_client, "wlan0")).Should().NotContain("UP");

        _wifi.ReadBytesSent(_client).Should().BePositive();
        Refuses(() => _interface.Rename("sound"), "*'client'*'sound'*");
        Refuses(() => _interface.Rename("a/b"), "*'a/b'*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_interface_is_unplugged_and_plugged_in_again_with_its_addresses_and_a_new_index()
    {
        Needs.LabFaults();
        string[] before = Addresses();
        HashSet<int> indexes = [_interface.Index];
        using LabFault blackhole = _wifi.Blackhole(_server);
        for (int i = 0; i < 3; i++)
        {
            using (LabFault fault = _interface.Unplug())
            {
                fault.ToString().Should().Be("wifi of client is unplugged");
                _client.Execute("ip", "-oneline", "link").Should().NotContain("wifi");
                Flags(Device(_server, "wifi")).Should().Contain(["UP", "NO-CARRIER"]);
                FluentActions.Invoking(() => _interface.Index).Should().Throw<LabException>().WithMessage("*'client'*'wifi'*");
            }

            indexes.Add(_interface.Index).Should().BeTrue("it is a new index");
            Addresses().Should().BeEquivalentTo(before);
            DefaultRoutes().Should().Equal("wifi", "sound");
            (await Postman.DeliverAsync(_wifi, _network.GetLink("sound"), _server)).Should().Be(0, "the fault lasts");
        }

        blackhole.Dispose();
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetwork);
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetworkV6);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Both_ends_can_be_unplugged_while_the_link_is_down_and_come_back_in_any_order()
    {
        LabFault ofClient = _interface.Unplug(), down = _wifi.Down(), ofServer = _wifi.GetInterface(_server).Unplug();

        ofClient.Dispose();
        Flags(Device(_client, "wifi")).Should().NotContain("UP");
        down.Dispose();
        Flags(Device(_client, "wifi")).Should().Contain("NO-CARRIER");
        ofServer.Dispose();

        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetwork);
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetworkV6);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_network_with_an_unplugged_interface_can_be_disposed()
    {
        _interface.Unplug();
        using System.Diagnostics.Process program = _server.Start("sleep", "1000");

        _network.Dispose();

        await program.WaitForExitAsync().WaitAsync(Limit.OfAWait);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_small_MTU_makes_small_packets()
    {
        _interface.SetMtu(1300);
        _wifi.GetInterface(_server).SetMtu(1300);

        Device(_client, "wifi").GetProperty("mtu").GetInt32().Should().Be(1300);
        string address = $"{_wifi.GetAddress(_server)}";
        _client.Execute("ping", "-c", "1", "-M", "do", "-s", "1272", address).Should().Contain(" 0% packet loss");
        FluentActions.Invoking(() => _client.Execute("ping", "-c", "1", "-W", "1", "-M", "do", "-s", "1273", address)).Should().Throw<LabException>();
        await Labs.EchoesAsync(_wifi, AddressFamily.InterNetwork);
        FluentActions.Invoking(() => _interface.SetMtu(67)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("bytes");
        FluentActions.Invoking(() => _interface.SetMtu(65_536)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("bytes");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_kernel_makes_a_temporary_IPv6_address_and_prefers_it()
    {
        _interface.AddTemporaryAddress();

        string? temporary = null;
        await Eventually.TrueAsync(() => (temporary = Find("temporary", isTentative: false)) is not null, "there is a temporary address that is no longer tentative");
        using Socket listener = _server.Listen(_wifi.GetAddress(_server, AddressFamily.InterNetworkV6));
        using Socket socket = await _client.ConnectAsync(listener.EndPoint());
        socket.EndPoint().Address.Should().Be(IPAddress.Parse(temporary!));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Duplicate_address_detection_keeps_an_address_tentative_at_first()
    {
        var address = IPAddress.Parse("fd00:0:0:1::77");

        _interface.AddAddress(address, 64, detectDuplicates: true);

        Find("tentative", isTentative: true).Should().Be($"{address}");
        await Eventually.TrueAsync(() => Find("dynamic", isTentative: true) is null && Find("tentative", isTentative: true) is null, "it is no longer tentative");
        await EchoesFromAsync(address);
    }

    [Fact]
    public void Invalid_addresses_are_refused_and_named()
    {
        Refuses(() => _interface.AddAddress(_wifi.GetAddress(_client), 24), "*wifi of client*10.0.1.1*wifi of client has it*");
        Refuses(() => _interface.AddAddress(_network.GetLink("sound").GetAddress(_server), 24), "*wifi of client*10.0.2.2*sound of server has it*");
        Refuses(() => _interface.AddAddress(IPAddress.Loopback, 24), "*127.0.0.1*reserved*");
        Refuses(() => _interface.AddAddress(s_other, 0), "*prefixLength*");
        Refuses(() => _interface.AddAddress(s_other, 33), "*prefixLength*");
        Refuses(() => _interface.AddAddress(IPAddress.Parse("fd01::1"), 129), "*prefixLength*");
        Refuses(() => _interface.AddAddress(null!, 24), "*address*");
        Refuses(() => _interface.RemoveAddress(s_other), "*wifi of client*10.0.1.77*");
        Refuses(() => _interface.ChangeAddress(s_other, IPAddress.Parse("10.0.1.78")), "*wifi of client*10.0.1.77*");
        Refuses(() => _interface.ChangeAddress(_wifi.GetAddress(_client), IPAddress.Parse("2001:db8::7")), "*families*");
        Refuses(() => _interface.AddDefaultRoute(metric: 0), "*metric*");
        Refuses(() => _interface.AddDefaultRoute(metric: 1001), "*metric*");
        Refuses(() => _interface.AddDefaultRoute(AddressFamily.Unix), "*Unix*");
        Refuses(() => _interface.RemoveDefaultRoute(AddressFamily.Unix), "*Unix*");
    }

    static void Refuses(Action action, string message) => action.Should().Throw<ArgumentException>().WithMessage(message);

    static JsonElement Device(LabHost host, string name) => Parse(host.Execute("ip", "-j", "link", "show", "dev", name))[0];

    static string[] Flags(JsonElement device) => [.. device.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!)];

    static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    JsonElement Ip(AddressFamily family, params string[] arguments) =>
        Parse(_client.Execute("ip", ["-j", family == AddressFamily.InterNetwork ? "-4" : "-6", .. arguments]))[0];

    /// <summary>Returns the devices of the client's default routes, the preferred one first.</summary>
    string[] DefaultRoutes(AddressFamily family = AddressFamily.InterNetwork) =>
    [
        .. Parse(_client.Execute("ip", "-j", family == AddressFamily.InterNetwork ? "-4" : "-6", "route", "show", "default")).EnumerateArray()
            .OrderBy(route => route.GetProperty("metric").GetInt32())
            .Select(route => route.GetProperty("dev").GetString()!),
    ];

    /// <summary>Returns all addresses except link-local ones.</summary>
    string[] Addresses() =>
    [
        .. Parse(_client.Execute("ip", "-j", "address", "show", "dev", _interface.Name))[0].GetProperty("addr_info").EnumerateArray()
            .Where(address => address.GetProperty("scope").GetString() == "global")
            .Select(address => address.GetProperty("local").GetString()!),
    ];

    /// <summary>Returns a global IPv6 address with this flag.</summary>
    string? Find(string flag, bool isTentative) =>
        Parse(_client.Execute("ip", "-j", "-6", "address", "show", "dev", _interface.Name, "scope", "global")).EnumerateArray()
            .SelectMany(device => device.TryGetProperty("addr_info", out JsonElement addresses) ? addresses.EnumerateArray() : default(JsonElement.ArrayEnumerator))
            .Where(address => address.TryGetProperty(flag, out _) && address.TryGetProperty("tentative", out _) == isTentative)
            .Select(address => address.GetProperty("local").GetString())
            .FirstOrDefault();

    async Task EchoesFromAsync(IPAddress address)
    {
        using Socket listener = _server.Listen(_wifi.GetAddress(_server, address.AddressFamily));
        using Socket client = await _client.ConnectAsync(listener.EndPoint(), address);
        using Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        ((IPEndPoint)server.RemoteEndPoint!).Address.Should().Be(address);
        await Labs.TransferAsync(client, server, 1000);
        await Labs.TransferAsync(server, client, 1000);
    }
}
