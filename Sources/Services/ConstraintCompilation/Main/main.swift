import ConstraintCompilationServer
import Glibc
import Runtime

exit(await ServiceEntry.run("lodestar-compiler", needing: [.metrics], ConstraintCompilationServer.run))
