using Mptcp.Dashboard.Tests.Support;

[assembly: AssemblyFixture(typeof(Loopback))]
[assembly: AssemblyFixture(typeof(Chromium))]
