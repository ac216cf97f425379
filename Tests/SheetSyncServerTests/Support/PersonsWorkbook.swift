import Foundation
import Messages
import SheetSyncDomain
import TestSupport
import Wire

@testable import SheetSyncServer

/// Where a workbook is kept.
enum SpreadsheetKind: String, CaseIterable, Sendable {
  case file, google
}

/// A cell as another program than ours tells it: openpyxl of a file, the stand-in of a Google spreadsheet.
enum ToldCell: Hashable, Sendable {
  case text(String)
  case number(Double)
  case boolean(Bool)
  /// To the second.
  case date(seconds: Int)
  case formula(String)
  case error(String)

  init?(_ kind: String, _ value: JSONValue) {
    switch (kind, value) {
    case ("text", .string(let text)): self = .text(text)
    case ("formula", .string(let text)): self = .formula(text)
    case ("error", .string(let text)): self = .error(text)
    case ("boolean", .bool(let boolean)): self = .boolean(boolean)
    case ("number", .number(let number)): self = .number(number.double ?? .nan)
    case ("date", .number(let number)): self = .date(seconds: Int(((number.double ?? 0) * 86_400).rounded()))
    default: return nil
    }
  }
}

/// What a person does to a workbook between two actions.
enum PersonsEdit: Sendable {
  /// Types a value into a cell.
  case set(String, NewValue)
  /// A blank row before the row, counted from 1.
  case insertRow(before: Int)
  case deleteRow(Int)
}

/// A workbook that a test's person has, of either kind: made, edited and looked at without our own code for it.
struct PersonsWorkbook: Sendable {
  typealias Tab = (name: String, rows: [[NewValue]])

  let kind: SpreadsheetKind
  /// What an action is told: the file's path, or the spreadsheet's address.
  let path: String
  let sync: SyncUnderTest
  let standIn: StandIn

  /// Both kinds have the same title, so that what is said of them is the same too.
  static let title = "Plan.xlsx"

  static func make(_ kind: SpreadsheetKind, _ tabs: [Tab], _ sync: SyncUnderTest, _ standIn: StandIn) async throws
    -> PersonsWorkbook
  {
    let path =
      switch kind {
      case .file: try file(tabs).write(toFolder: sync.folder)
      case .google:
        try await standIn.makeSpreadsheet(
          title, tabs.map { .object(["title": .string($0.name), "cells": .array(cells($0.rows))]) }
        ).description
      }
    return PersonsWorkbook(kind: kind, path: path, sync: sync, standIn: standIn)
  }

  private static func file(_ tabs: [Tab]) -> NewWorkbook {
    NewWorkbook(
      fileName: title,
      tabs: tabs.map { tab in
        // A date can be shown as one only where the file has a format for dates.
        NewTab(tab.name, tab.rows) { header in header.hasSuffix("_at") ? .timestamp : .plain }
      })
  }

  private static func cells(_ rows: [[NewValue]]) -> [JSONValue] {
    rows.enumerated().flatMap { row, values in
      values.enumerated().compactMap { column, value -> JSONValue? in
        var cell: JSONObject = ["row": .number(JSONNumber(row)), "column": .number(JSONNumber(column))]
        switch value {
        case .blank: return nil
        case .formula(let formula, _): cell["formula"] = .string("=" + formula)
        case .date(let date):
          cell["value"] = JSONNumber(date.days).map { .number($0) }
          cell["format"] = .object(["numberFormat": .object(["type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm:ss"])])
        default: cell["value"] = json(value)
        }
        return .object(cell)
      }
    }
  }

  private static func json(_ value: NewValue) -> JSONValue {
    switch value {
    case .blank: ""
    case .text(let text): .string(text)
    case .number(let number): JSONNumber(number).map { .number($0) } ?? .null
    case .boolean(let boolean): .bool(boolean)
    case .date(let date): JSONNumber(date.days).map { .number($0) } ?? .null
    case .formula(let formula, _): .string("=" + formula)
    }
  }

  // What the person does.

  /// Files are edited by openpyxl, which forgets what formulas came to: none may be in a workbook that is edited.
  func edit(_ tab: String, _ edits: PersonsEdit...) async throws {
    switch kind {
    case .file:
      let requests = edits.map { edit -> JSONValue in
        switch edit {
        case .set(let address, let value):
          let kind: JSONValue = if case .text = value { "text" } else { "value" }
          return .array(["set", .string(tab), .string(address), kind, Self.json(value)])
        case .insertRow(let row): return .array(["insert", .string(tab), .number(JSONNumber(row))])
        case .deleteRow(let row): return .array(["delete", .string(tab), .number(JSONNumber(row))])
        }
      }
      _ = try await openpyxl([JSONValue.array(requests).text()])
    case .google:
      for edit in edits { try await editOnline(tab, edit) }
    }
  }

  private func editOnline(_ tab: String, _ edit: PersonsEdit) async throws {
    let address = try spreadsheet()
    switch edit {
    case .set(let cell, let value):
      let asUser = if case .text = value { false } else { true }
      try await standIn.control(
        "spreadsheets/\(address.id)/values",
        .object(["range": .string("\(tab)!\(cell)"), "values": .array([.array([Self.json(value)])]), "as_user": .bool(asUser)]))
    case .insertRow(let row): try await standIn.edit(address, .insertRow(at: row - 1, of: try await sheetID(tab)))
    case .deleteRow(let row): try await standIn.edit(address, .deleteRow(at: row - 1, of: try await sheetID(tab)))
    }
  }

  private func sheetID(_ tab: String) async throws -> JSONValue {
    try await sheets().first { $0["title"]?.stringValue == tab }?["sheetId"] ?? 0
  }

  private func sheets() async throws -> [JSONValue] {
    try await standIn.control("spreadsheets/\(spreadsheet().id)", nil)["sheets"]?.arrayValue ?? []
  }

  /// All cells that hold something, by tab and address.
  func cells() async throws -> [String: [String: ToldCell]] {
    switch kind {
    case .file:
      let told = try await openpyxl([])
      return try Dictionary(
        uniqueKeysWithValues: (told.objectValue?.members ?? []).map { tab in
          (
            tab.name,
            try Dictionary(
              uniqueKeysWithValues: (tab.value.objectValue?.members ?? []).map { cell in
                guard let kind = cell.value[0]?.stringValue, let told = ToldCell(kind, cell.value[1] ?? .null) else {
                  throw StandIn.Refused(description: "\(cell)")
                }
                return (cell.name, told)
              })
          )
        })
    case .google:
      return Dictionary(
        uniqueKeysWithValues: try await sheets().map { sheet in
          (sheet["title"]?.stringValue ?? "", Self.told(sheet["cells"]?.arrayValue ?? []))
        })
    }
  }

  private static func told(_ cells: [JSONValue]) -> [String: ToldCell] {
    var result: [String: ToldCell] = [:]
    for cell in cells {
      let address = CellAddress(row: Int(cell["row"]?.int64Value ?? 0) + 1, column: Int(cell["column"]?.int64Value ?? 0) + 1)
      let format = cell["format"]?["numberFormat"]?["type"]?.stringValue ?? ""
      let kind =
        switch cell["value"] {
        case .string?: "text"
        case .bool?: "boolean"
        case .number?: format.hasPrefix("DATE") ? "date" : "number"
        default: "formula"
        }
      if let value = cell["formula"] ?? cell["value"] { result["\(address)"] = ToldCell(kind, value) }
    }
    return result
  }

  private func spreadsheet() throws -> SpreadsheetAddress {
    guard let address = SpreadsheetAddress(path) else { throw StandIn.Refused(description: path) }
    return address
  }

  private func openpyxl(_ edits: [String]) async throws -> JSONValue {
    guard let python = Program.python else { throw MissingProgram(name: "python3 with openpyxl", mend: "make tools") }
    let script = Program.repository.appendingPathComponent("Tests/SheetSyncServerTests/Fixtures/cells.py").path
    let arguments = [script, path] + edits
    let outcome = try await blocking { try Program.run(python, arguments) }
    guard outcome.status == 0 else { throw StandIn.Refused(description: outcome.transcript) }
    return try JSONValue(parsing: outcome.output)
  }
}
