import Glibc
import Runtime
import SheetSyncServer

let code = await ServiceEntry.run("lodestar-sync", needing: [.metrics, .compiler, .optimizer]) { environment, loops, logger in
  let server = try SheetSyncServer(environment: environment, loops: loops, logger: logger)
  try await ServiceRunner(environment: environment, loops: loops, logger: logger).run(server.program)
}
exit(code)
