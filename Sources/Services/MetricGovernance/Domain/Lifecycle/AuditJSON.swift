/// JSON in canonical form for the audit trail: members sorted by the bytes of their names, no white space, so that equal values have equal
/// bytes to be hashed.
indirect enum AuditJSON: Equatable {
  case null
  case bool(Bool)
  case number(Int64)
  case string(String)
  case array([AuditJSON])
  case object([String: AuditJSON])

  var text: String {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func write(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .bool(let bool): bytes += bool ? "true".utf8 : "false".utf8
    case .number(let number): bytes += String(number).utf8
    case .string(let string): Self.write(string, into: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }).enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ string: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += "\\\"".utf8
      case UInt8(ascii: "\\"): bytes += "\\\\".utf8
      case UInt8(ascii: "\n"): bytes += "\\n".utf8
      case UInt8(ascii: "\r"): bytes += "\\r".utf8
      case UInt8(ascii: "\t"): bytes += "\\t".utf8
      // The rules let no other control character through.
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension AuditJSON {
  static func hexadecimal(_ bytes: [UInt8]) -> AuditJSON {
    let digits = Array("0123456789abcdef".utf8)
    return .string(String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self))
  }

  static func moment(_ instant: Instant?) -> AuditJSON { instant.map { .number($0.microseconds) } ?? .null }
  static func version(_ number: VersionNumber?) -> AuditJSON { number.map { .string($0.description) } ?? .null }

  /// Where a version is in its life.
  static func life(_ version: MetricVersion) -> AuditJSON {
    .object([
      "status": .string(version.status.rawValue), "content_hash": .hexadecimal(version.contentHash),
      "breaking_change": .bool(version.isBreaking), "replacement_version": .version(version.replacement),
      "planned_sunset_at_us": .moment(version.moments.plannedSunset), "correction": .number(Int64(version.correction)),
    ])
  }

  /// What a version says.
  static func content(_ version: MetricVersion) -> AuditJSON {
    .object([
      "content": .content(version.content), "content_hash": .hexadecimal(version.contentHash),
      "correction": .number(Int64(version.correction)), "test_evidence": .string(version.testEvidence),
    ])
  }

  static func content(_ content: VersionContent) -> AuditJSON {
    .object([
      "dbt_model": .string(content.dbtModel), "relation": .string(content.relation), "definition": .string(content.definition),
      "edge_cases": .object([
        "on_zero_denominator": .string(content.edgeCases.onZeroDenominator?.rawValue ?? ""),
        "currency": .string(content.edgeCases.currency?.rawValue ?? ""),
        "notes": .array(content.edgeCases.notes.map(AuditJSON.string)),
      ]),
      "columns": .array(
        content.columns.map {
          .object(["name": .string($0.name), "type": .string($0.type), "constant": .string($0.constant)])
        }), "migration_guide": .string(content.migrationGuide),
    ])
  }

  static func facts(_ facts: MetricFacts) -> AuditJSON {
    .object([
      "display_name": .string(facts.displayName), "description": .string(facts.description), "owner": .string(facts.owner),
      "unit": .string(facts.unit),
    ])
  }

  static func approval(_ approval: Approval) -> AuditJSON {
    .object([
      "number": .number(Int64(approval.number)), "purpose": .string(approval.purpose.rawValue),
      "status": .string(approval.status.rawValue), "subject_hash": .hexadecimal(approval.subjectHash),
      "requested_by": .string(approval.requestedBy), "ticket": .string(approval.ticket),
      "breaking_change": .bool(approval.isBreaking), "advice": .string(approval.advice),
      "declared_against_advice": .bool(approval.isAgainstAdvice), "approvers_needed": .number(Int64(approval.approversNeeded)),
      "decisions": .array(
        approval.decisions.map { decision in
          .object([
            "principal": .string(decision.principal), "approved": .bool(decision.isApproved), "at_us": .moment(decision.at),
            "checklist": .object([
              "formula_is_correct": .bool(decision.checklist.isFormulaCorrect),
              "edge_cases_are_handled": .bool(decision.checklist.areEdgeCasesHandled),
              "impact_is_understood": .bool(decision.checklist.isImpactUnderstood),
              "migration_is_planned": .bool(decision.checklist.isMigrationPlanned),
            ]),
          ])
        }), "correction": approval.correction.map(AuditJSON.content) ?? .null,
    ])
  }

  static func pin(_ pin: Pin) -> AuditJSON {
    .object(["version": .version(pin.version), "owner": .string(pin.owner)])
  }
}
