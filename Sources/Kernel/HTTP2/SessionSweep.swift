extension Session {
  /// Looks for streams that don't come along, resets them, and names the limits that they reached. Call it every few seconds.
  public func sweep(_ patience: Patience, now: ContinuousClock.Instant) -> Set<ConnectionLimit> {
    var reached: Set<ConnectionLimit> = []
    var isInsideHeaders = false
    for stream in state.streams.open {
      if stream.watch == nil { stream.watch = StreamWatch() }
      if state.role == .server, !stream.hasHead { isInsideHeaders = true }
      if isRequestTooSlow(stream, patience, now) {
        reached.insert(.requestProgress)
        reset(stream.id, .enhanceYourCalm)
      } else if isAnswerTooSlow(stream, patience, now) {
        reached.insert(.answerProgress)
        reset(stream.id, .cancel)
      }
    }
    if isInsideHeaders {
      // Nothing else can come meanwhile (RFC 9113, section 4.3), so the connection as a whole is held up.
      let since = state.headerBlockSince ?? now
      state.headerBlockSince = since
      if now >= since.advanced(by: patience.headers) { reached.insert(.headerTime) }
    } else {
      state.headerBlockSince = nil
    }
    return reached
  }

  private func isRequestTooSlow(_ stream: HTTP2Stream, _ patience: Patience, _ now: ContinuousClock.Instant) -> Bool {
    stream.watch?.request.isTooSlow(
      isWaiting: !stream.hasEnded && stream.hasHead && stream.handler?.isAwaitingRest ?? false, total: stream.receivedBytes,
      now: now,
      period: patience.requestPeriod, leastBytes: patience.leastRequestBytes) ?? false
  }

  private func isAnswerTooSlow(_ stream: HTTP2Stream, _ patience: Patience, _ now: ContinuousClock.Instant) -> Bool {
    stream.watch?.answer.isTooSlow(
      isWaiting: stream.isSending, total: stream.sentBytes, now: now, period: patience.answerPeriod, leastBytes: 1) ?? false
  }
}
