import CoreMetrics
import Synchronization

/// A backend of metrics that does the least a real one must: adds up what it is told, one sum and one count each. Without it the metrics of the
/// row with interceptors would go nowhere and cost nothing.
final class CountedMetrics: MetricsFactory {
  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler { Sum() }
  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler { Sum() }
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler { Sum() }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

private final class Sum: CounterHandler, RecorderHandler, TimerHandler {
  private let total = Atomic<Int64>(0)
  private let count = Atomic<Int>(0)

  private func add(_ value: Int64) {
    total.wrappingAdd(value, ordering: .relaxed)
    count.wrappingAdd(1, ordering: .relaxed)
  }

  func increment(by amount: Int64) { add(amount) }
  func record(_ value: Int64) { add(value) }
  func record(_ value: Double) { add(Int64(value)) }
  func recordNanoseconds(_ duration: Int64) { add(duration) }

  func reset() {
    total.store(0, ordering: .relaxed)
    count.store(0, ordering: .relaxed)
  }
}
