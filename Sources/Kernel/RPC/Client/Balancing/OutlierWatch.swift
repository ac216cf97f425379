import Reactor

/// The clock of an outlier detector. Belongs to its loop.
final class OutlierWatch: @unchecked Sendable {
  private let interval: Duration
  private let loop: EventLoop
  private let onChange: (Set<String>) -> Void
  private var detector: OutlierDetector<String>
  private var known: Set<String> = []
  private var timer: TimerToken?

  init(_ settings: OutlierDetection, loop: EventLoop, onChange: @escaping (Set<String>) -> Void) {
    interval = settings.interval
    self.loop = loop
    self.onChange = onChange
    detector = OutlierDetector(settings, seed: .random(in: 0...UInt64.max))
    tick()
  }

  func watch(_ keys: [String]) {
    detector.watch(keys)
    tell()
  }

  func count(_ succeeded: Bool, for key: String) { detector.count(succeeded, for: key) }

  private func tick() {
    timer = loop.schedule(after: interval) { [weak self] in
      guard let self else { return }
      detector.sweep(now: .now)
      tell()
      tick()
    }
  }

  private func tell() {
    guard detector.ejected != known else { return }
    known = detector.ejected
    onChange(known)
  }

  func stop() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }
}
