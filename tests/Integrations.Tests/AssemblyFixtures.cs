[assembly: AssemblyFixture(typeof(Loopback))]
