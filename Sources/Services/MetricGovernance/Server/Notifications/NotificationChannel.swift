/// A way on which notices leave the service.
enum NotificationChannel: String, CaseIterable, Sendable {
  /// Lines of JSON at the end of a file.
  case file
  /// HTTP POST of JSON.
  case webhook
}
