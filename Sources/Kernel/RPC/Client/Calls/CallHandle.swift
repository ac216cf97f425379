/// Those who use a call hold this; when the last lets go of it nobody wants the call any more, and it is cancelled.
final class CallHandle: Sendable {
  let call: ClientCall

  init(_ call: ClientCall) { self.call = call }

  deinit { call.abandon() }
}
