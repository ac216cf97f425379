import Messages
import Postgres
import RPC

/// Serves lodestar.metrics.v1.GovernanceNotifications: who was told of what, and whether it arrived.
struct NotificationsHandler: GovernanceNotificationsService {
  static let pageLimit = 1000
  static let defaultPage = 100

  let database: Database

  func listNotifications(_ request: ListNotificationsRequest, context: CallContext) async throws -> ListNotificationsResponse {
    let size = try ReadField.pageSize(request.pageSize, usual: Self.defaultPage, most: Self.pageLimit)
    let query = NewestNotifications(
      metricKey: request.metricKey, state: StoredNotification.State(request.state),
      before: try ReadField.pageBefore(request.pageToken), limit: size + 1)
    let found = try await context.answering { try await database.fetch(query, deadline: context.deadline) }
    var response = ListNotificationsResponse(notifications: found.prefix(size).map { Notification($0) })
    if found.count > size { response.nextPageToken = String(found[size - 1].id) }
    return response
  }

  func retryNotification(_ request: RetryNotificationRequest, context: CallContext) async throws -> Notification {
    let results = try await context.answering {
      try await database.unit(
        [
          ReviveNotification(id: request.id).statement, "SELECT pg_notify(\(Outbox.channel), '')",
          NotificationByID(id: request.id).statement,
        ], deadline: context.deadline)
    }
    if let revived = results[0].first { return Notification(try StoredNotification(revived)) }
    guard let row = results[2].first else {
      throw RPCError(.notFound, "There is no notification \(request.id); ListNotifications has those that there are.")
    }
    let state = try StoredNotification(row).state
    let why = state == .delivered ? "was delivered" : "is still being tried"
    throw RPCError(.failedPrecondition, "Notification \(request.id) \(why); only one that was given up can be sent anew.")
  }
}

extension StoredNotification.State {
  /// Nil for every state.
  init?(_ state: NotificationState) {
    switch state {
    case .unspecified: return nil
    case .pending: self = .pending
    case .delivered: self = .delivered
    case .failed: self = .failed
    }
  }
}

extension Notification {
  init(_ stored: StoredNotification) {
    let state: NotificationState =
      switch stored.state {
      case .pending: .pending
      case .delivered: .delivered
      case .failed: .failed
      }
    self.init(
      id: stored.id, event: stored.event, recipient: stored.recipient, channel: stored.channel, state: state,
      attempts: UInt32(stored.attempts), createdAtUs: stored.createdAt.sinceEpoch,
      deliveredAtUs: stored.deliveredAt?.sinceEpoch ?? 0,
      lastError: stored.lastError, payload: stored.payload, metricKey: stored.metricKey)
  }
}
