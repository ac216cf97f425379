/// One forward step of a schema, as embedded from `Migrations/0001_name.sql`.
public struct Migration: Sendable, Equatable {
  /// 1, 2, 3, … without gaps.
  public var version: Int
  /// What the file's name says after its number, for people.
  public var name: String
  /// The file's text: any number of statements that may run inside a transaction.
  public var sql: String

  /// The step with this number.
  public init(version: Int, name: String, sql: String) {
    self.version = version
    self.name = name
    self.sql = sql
  }

  /// The step from an embedded resource: `Migration(1, "registry", PackageResources._001_registry_sql)` (SwiftPM turns the first
  /// digit of `0001_registry.sql` into the underscore).
  public init(_ version: Int, _ name: String, _ utf8: [UInt8]) {
    self.init(version: version, name: name, sql: String(decoding: utf8, as: UTF8.self))
  }
}
