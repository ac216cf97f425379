public import ArgumentParser
public import Messages

extension Metrics {
  struct Notifications: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "See who was told of what, and whether it arrived.", subcommands: [List.self, Retry.self])

    struct List: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "List notifications, the newest first.",
        discussion: """
          EXAMPLES
            lodestar metrics notifications list
            lodestar metrics notifications list --metric roas --status failed
          """)

      @OptionGroup var service: MetricsOptions
      @OptionGroup var answer: AnswerOption

      @Option(help: "Only those about this metric.")
      var metric = ""

      @Option(help: "Only those that are so far: pending, delivered or failed.")
      var status: NotificationState?

      @Option(help: "How many, at most 1000.")
      var limit = 50

      func validate() throws {
        guard (1...1000).contains(limit) else { throw ValidationError("--limit must be from 1 to 1000.") }
      }

      func run() async throws {
        try await service.show(answer) { channel in
          try await GovernanceNotificationsClient(channel: channel).listNotifications(
            ListNotificationsRequest(metricKey: metric, state: status ?? .unspecified, pageSize: UInt32(limit)))
        } lines: { response, console in
          response.notifications.isEmpty
            ? ["No such notifications."] : NotificationsView(notifications: response.notifications).table.lines(console)
        }
      }
    }

    struct Retry: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        abstract: "Send a notification that was given up anew.",
        discussion: """
          EXAMPLES
            lodestar metrics notifications retry 17
          """)

      @OptionGroup var service: MetricsOptions
      @OptionGroup var answer: AnswerOption

      @Argument(help: "The notification's id, as `lodestar metrics notifications list` shows it.")
      var id: Int64

      func run() async throws {
        try await service.show(answer) { channel in
          try await GovernanceNotificationsClient(channel: channel).retryNotification(RetryNotificationRequest(id: id))
        } lines: {
          NotificationsView(notifications: [$0]).table.lines($1)
        }
      }
    }
  }
}

extension NotificationState: ExpressibleByArgument {
  public init?(argument: String) {
    guard let match = [NotificationState.pending, .delivered, .failed].first(where: { $0.word == argument }) else { return nil }
    self = match
  }

  public static var allValueStrings: [String] { [NotificationState.pending, .delivered, .failed].map(\.word) }
}
