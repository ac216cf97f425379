@testable import lodestar

extension Console {
  /// Without colours; a line of it is as long as what is said in it unless a width is given.
  static func plain(width: Int? = nil) -> Console {
    Console(style: .plain, errorStyle: .plain, width: width, isLive: false)
  }
}
