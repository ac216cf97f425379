/// A type of PostgreSQL's by its object identifier (`pg_type.oid`), as results and binds carry it.
public struct PostgresType: RawRepresentable, Hashable, Sendable {
  /// The object identifier.
  public var rawValue: UInt32

  /// The type with this object identifier.
  public init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// `bool`.
  public static let bool = PostgresType(rawValue: 16)
  /// `bytea`.
  public static let bytea = PostgresType(rawValue: 17)
  /// `name`: identifiers in the catalogues.
  public static let name = PostgresType(rawValue: 19)
  /// `int8`, `bigint`.
  public static let int8 = PostgresType(rawValue: 20)
  /// `int2`, `smallint`.
  public static let int2 = PostgresType(rawValue: 21)
  /// `int4`, `integer`.
  public static let int4 = PostgresType(rawValue: 23)
  /// `text`.
  public static let text = PostgresType(rawValue: 25)
  /// `oid`.
  public static let oid = PostgresType(rawValue: 26)
  /// `json`.
  public static let json = PostgresType(rawValue: 114)
  /// `float4`, `real`.
  public static let float4 = PostgresType(rawValue: 700)
  /// `float8`, `double precision`.
  public static let float8 = PostgresType(rawValue: 701)
  /// A literal whose type nothing decided.
  public static let unknown = PostgresType(rawValue: 705)
  /// `bool[]`.
  public static let boolArray = PostgresType(rawValue: 1000)
  /// `int4[]`.
  public static let int4Array = PostgresType(rawValue: 1007)
  /// `text[]`.
  public static let textArray = PostgresType(rawValue: 1009)
  /// `varchar[]`.
  public static let varcharArray = PostgresType(rawValue: 1015)
  /// `int8[]`.
  public static let int8Array = PostgresType(rawValue: 1016)
  /// `float8[]`.
  public static let float8Array = PostgresType(rawValue: 1022)
  /// `bpchar`, `char(n)`.
  public static let bpchar = PostgresType(rawValue: 1042)
  /// `varchar(n)`.
  public static let varchar = PostgresType(rawValue: 1043)
  /// `timestamptz`.
  public static let timestamptz = PostgresType(rawValue: 1184)
  /// `timestamptz[]`.
  public static let timestamptzArray = PostgresType(rawValue: 1185)
  /// `numeric`: has no Swift counterpart here; cast it in SQL.
  public static let numeric = PostgresType(rawValue: 1700)
  /// `void`, what a function without a result returns.
  public static let void = PostgresType(rawValue: 2278)
  /// `uuid`.
  public static let uuid = PostgresType(rawValue: 2950)
  /// `uuid[]`.
  public static let uuidArray = PostgresType(rawValue: 2951)
  /// `jsonb`.
  public static let jsonb = PostgresType(rawValue: 3802)
  /// `jsonb[]`.
  public static let jsonbArray = PostgresType(rawValue: 3807)

  private static let names: [PostgresType: String] = [
    .bool: "bool", .bytea: "bytea", .name: "name", .int8: "int8", .int2: "int2", .int4: "int4", .text: "text", .oid: "oid",
    .json: "json", .float4: "float4", .float8: "float8", .unknown: "unknown", .boolArray: "bool[]", .int4Array: "int4[]",
    .textArray: "text[]", .varcharArray: "varchar[]", .int8Array: "int8[]", .float8Array: "float8[]", .bpchar: "bpchar",
    .varchar: "varchar", .timestamptz: "timestamptz", .timestamptzArray: "timestamptz[]", .numeric: "numeric", .void: "void",
    .uuid: "uuid", .uuidArray: "uuid[]", .jsonb: "jsonb", .jsonbArray: "jsonb[]",
  ]
}

extension PostgresType: CustomStringConvertible {
  /// The type's SQL name, or its number when it is none of those above.
  public var description: String {
    Self.names[self] ?? "type \(rawValue)"
  }
}
