import Glibc
import PortfolioOptimizationServer
import Runtime

exit(await ServiceEntry.run("lodestar-optimizer", needing: [.compiler], PortfolioOptimizationServer.run))
