import CoreMetrics
import RPC
import Telemetry

/// What a service has around every call: a log line (at the level that services run with, which answers in order do not reach), metrics, rights by
/// the caller's certificate, a span in the caller's trace (without an exporter, whose price is its own).
enum Observers {
  static func make() -> [any ServerInterceptor] {
    MetricsSystem.bootstrap(CountedMetrics())
    let rights = AccessControl(
      rules: [AccessControl.Rule(principal: "*", methods: ["*"])], openMethods: ["/lodestar.bench.v1.Echo/*"])
    return [CallLogging(), CallMetrics(), rights, CallTracing()]
  }
}
