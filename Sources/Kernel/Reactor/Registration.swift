import CLinux
import Glibc

/// A file descriptor that an event loop watches. The descriptor stays its owner's: cancel the registration before closing it.
///
/// Belongs to the loop's thread, like every call on it.
public final class Registration {
  let fd: Int32
  /// Names this registration in epoll's events; never used twice, so that an event that was already fetched when its registration
  /// was cancelled finds nobody.
  let key: UInt64
  private let loop: EventLoop
  private var interest: Interest = []
  var onReady: ((Interest) -> Void)?
  /// Called when the loop itself ends, so that the owner can end what hangs on the descriptor. The registration is cancelled by then.
  public var onLoopEnd: (() -> Void)?

  init(fd: Int32, key: UInt64, loop: EventLoop, onReady: ((Interest) -> Void)?) {
    self.fd = fd
    self.key = key
    self.loop = loop
    self.onReady = onReady
  }

  /// Changes what is waited for. With nothing to wait for, even a hang-up goes unnoticed until there is an interest again: a peer
  /// that is gone must not spin the loop.
  public func setInterest(_ wanted: Interest) {
    guard wanted != interest, onReady != nil else { return }
    loop.assertCurrent()
    var event = unsafe epoll_event(events: wanted.epollEvents, data: epoll_data(u64: key))
    let operation = interest.isEmpty ? EPOLL_CTL_ADD : wanted.isEmpty ? EPOLL_CTL_DEL : EPOLL_CTL_MOD
    // ENOMEM and ENOSPC (the user's limit of watches) are what can be left; the owner then learns nothing from this descriptor and its
    // own timeouts end the matter.
    _ = unsafe epoll_ctl(loop.epoll, operation, fd, &event)
    interest = wanted
  }

  /// Ends the watch; nothing is called any more. Calling it again does nothing.
  public func cancel() {
    guard onReady != nil else { return }
    setInterest([])
    onReady = nil
    onLoopEnd = nil
    loop.forget(self)
  }

  /// What an event means to the owner. Errors and hang-ups are told as every readiness asked for: the next read or write then shows them.
  func readiness(for events: UInt32) -> Interest {
    if events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { return interest }
    var ready: Interest = []
    if events & EPOLLIN.rawValue != 0 { ready.insert(.read) }
    if events & EPOLLOUT.rawValue != 0 { ready.insert(.write) }
    return ready.intersection(interest)
  }
}

extension Interest {
  var epollEvents: UInt32 {
    (contains(.read) ? EPOLLIN.rawValue : 0) | (contains(.write) ? EPOLLOUT.rawValue : 0)
  }
}
