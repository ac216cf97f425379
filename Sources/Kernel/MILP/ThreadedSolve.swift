import Glibc
import Synchronization

/// One solve on a thread of its own, and the one waiter for it.
///
/// The thread looks at the cancel flag between nodes, which is nearly always soon enough. When a single node takes longer than the
/// grace, the waiter is answered with the best point told so far, and the thread ends by itself at its next look, unheard.
final class ThreadedSolve: Sendable {
  private struct State {
    var waiter: CheckedContinuation<Solution, Never>?
    var isAnswered = false
    var progress = Progress()
    var incumbentValues: [Double]?
  }

  private let model: Model
  private let options: SolverOptions
  private let cancellation: Cancellation
  private let progress: (@Sendable (Progress) -> Void)?
  private let start = ContinuousClock().now
  private let state = Mutex(State())

  init(
    model: Model, options: SolverOptions, cancellation: Cancellation, progress: (@Sendable (Progress) -> Void)?
  ) {
    self.model = model
    self.options = options
    self.cancellation = cancellation
    self.progress = progress
  }

  func run() async -> Solution {
    let observer = cancellation.observe { [self] in
      Task.detached { [self] in
        try? await Task.sleep(for: options.cancellationGrace)
        abandon()
      }
    }
    defer { cancellation.forget(observer) }
    return await withCheckedContinuation { waiter in
      state.withLock { $0.waiter = waiter }
      startThread()
    }
  }

  private func startThread() {
    var thread = pthread_t()
    let code = unsafe pthread_create(&thread, nil, runThreadedSolve, Unmanaged.passRetained(self).toOpaque())
    if code == 0 {
      pthread_detach(thread)
    } else {
      unsafe Unmanaged.passUnretained(self).release()
      let failure = SolverFailure(code: 0, message: "no thread for the solver: \(unsafe String(cString: strerror(code)))")
      answer(Solution(termination: .failed(failure)))
    }
  }

  fileprivate func solve() {
    var solution = Solver.solveUnchecked(model, options: options, cancellation: cancellation) { report in
      // Told under the lock, so that no call comes after the answer.
      state.withLock { state in
        guard !state.isAnswered else { return }
        state.progress = report.progress
        if let newValues = report.newValues { state.incumbentValues = newValues }
        progress?(report.progress)
      }
    }
    if case .failed = solution.termination, solution.incumbent == nil {
      solution.incumbent = state.withLock { $0.incumbentValues }.map(model.incumbent(at:))
    }
    answer(solution)
  }

  private func abandon() {
    let solution = state.withLock { state -> Solution? in
      guard !state.isAnswered else { return nil }
      return Solution(
        termination: .cancelled, incumbent: state.incumbentValues.map(model.incumbent(at:)), bestBound: state.progress.bestBound,
        effort: .init(nodes: state.progress.nodes, duration: ContinuousClock().now - start))
    }
    if let solution { answer(solution) }
  }

  private func answer(_ solution: Solution) {
    let waiter = state.withLock { state -> CheckedContinuation<Solution, Never>? in
      guard !state.isAnswered else { return nil }
      state.isAnswered = true
      return state.waiter.take()
    }
    waiter?.resume(returning: solution)
  }
}

private func runThreadedSolve(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let context = unsafe context {
    unsafe Unmanaged<ThreadedSolve>.fromOpaque(context).takeRetainedValue().solve()
  }
  return nil
}
