import Glibc
import MetricGovernanceServer
import Runtime

exit(
  await ServiceEntry.run("lodestar-metrics") { environment, loops, logger in
    try await MetricGovernanceServer(environment: environment, loops: loops, logger: logger).run()
  })
