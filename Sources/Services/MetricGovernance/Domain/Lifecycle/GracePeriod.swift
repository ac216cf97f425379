/// How long a version that was deprecated goes on (requirements 294, 295): for readers to move without haste.
public enum GracePeriod {
  public static let standardDays: Int64 = 30
  /// Where what comes after it means something else.
  public static let breakingDays: Int64 = 90
  /// A date further off than this is a slip of the keyboard.
  public static let farthestDays: Int64 = 3650

  /// - Parameter successor: what readers are to move to; nil when there is none, which removes data and so is breaking (requirement 290).
  public static func days(before successor: MetricVersion?) -> Int64 {
    successor.map { $0.isBreaking ? breakingDays : standardDays } ?? breakingDays
  }

  /// Of a version that was rolled back, for which its own flag counts (requirement R55).
  public static func daysAfterRollback(of faulty: MetricVersion) -> Int64 { faulty.isBreaking ? breakingDays : standardDays }
}
