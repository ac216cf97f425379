import Messages

/// Whether this machine's clock agrees with the database's: statuses are dated by the one, leases and quotas by the other.
struct ClockCheck {
  static let noticedUs: Int64 = 2_000_000
  static let wrongUs: Int64 = 60_000_000

  /// What the database said, and between which moments of this machine it was asked.
  var databaseUs: Int64
  var askedFromUs: Int64
  var untilUs: Int64

  /// How far the database's clock is ahead at least; 0 when the call was as long as the difference.
  private var aheadUs: Int64 {
    if databaseUs < askedFromUs { return databaseUs - askedFromUs }
    return max(0, databaseUs - untilUs)
  }

  var finding: WorkbookFinding {
    guard abs(aheadUs) >= Self.noticedUs else {
      return WorkbookFinding("clock", .info, "This machine's clock agrees with the database's.")
    }
    let direction = aheadUs > 0 ? "behind" : "ahead of"
    return WorkbookFinding(
      "clock", abs(aheadUs) >= Self.wrongUs ? .error : .warning,
      "This machine's clock is \(abs(aheadUs) / 1_000_000) s \(direction) the database's, and updated_at with it."
        + " Set the clock that is wrong, and let NTP keep it.")
  }
}
