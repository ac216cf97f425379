import Glibc
import MetricGovernanceServer
import Runtime

// Not a service then: prints the SQL of the example warehouse, for whoever administers the database that it goes into.
if CommandLine.arguments.dropFirst() == ["example-warehouse"] {
  print(try ExampleWarehouse.script())
  exit(0)
}

exit(
  await ServiceEntry.run("lodestar-metrics") { environment, loops, logger in
    try await MetricGovernanceServer(environment: environment, loops: loops, logger: logger).run()
  })
