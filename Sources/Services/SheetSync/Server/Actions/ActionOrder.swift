import Glibc
import Messages
import RPC
import SheetSyncDomain

/// A request to do an action, understood and complete.
struct ActionOrder: Sendable {
  /// The most keys that a selection can name.
  static let mostKeys = 100_000
  static let longestText = 4_096
  /// Every service takes names of so many characters.
  static let longestActor = 200

  var name: ActionName
  /// The workbook's path without symbolic links, or a spreadsheet's address without what follows its ID, so that one workbook has one
  /// name.
  var path: String
  /// The tab to save; nil for actions that know theirs.
  var tab: TabDefinition?
  var scope: RowScope
  var actor: String
  var request: RunActionRequest

  /// Throws INVALID_ARGUMENT with what would be right.
  init(_ request: RunActionRequest) throws {
    func refuse(_ message: String) -> RPCError { RPCError(.invalidArgument, message) }
    guard let spelt = ActionName.spelt(request.action) else {
      throw Self.unknown("action", request.action, known: ActionName.allCases.map(\.rawValue))
    }
    let texts = [
      request.workbookPath, request.tab, request.scenarioName, request.constraintSetName, request.runId, request.actor,
      request.idempotencyKey,
    ]
    guard texts.allSatisfy({ $0.utf8.count <= Self.longestText && !$0.utf8.contains(0) }) else {
      throw refuse("a text of the request is longer than \(Self.longestText) bytes or has a NUL character.")
    }
    path = try Self.workbook(request.workbookPath)
    guard request.keys.count <= Self.mostKeys, request.keys.allSatisfy({ $0.utf8.count <= Self.longestText }) else {
      throw refuse(
        "keys has \(request.keys.count) entries, or one longer than \(Self.longestText) bytes; at most \(Self.mostKeys) can be given."
      )
    }
    guard request.actor.count <= Self.longestActor else {
      throw refuse("actor must name who asks, in at most \(Self.longestActor) characters.")
    }
    name = spelt.name
    actor = request.actor.isEmpty ? "unknown" : request.actor
    self.request = request
    tab = nil
    scope = .all
    switch name {
    case .saveSelected, .preview:
      tab = try Self.savedTab(request.tab, implied: spelt.tab)
      scope = try Self.scope(of: request)
    case .suggestMetricChains:
      let named = request.tab.isEmpty ? TabName.mathModels : Catalogue.tab(spelt: request.tab)?.name
      guard named == .mathModels else {
        throw refuse("the action is about MathModels, and tab is \"\(request.tab)\"; leave tab empty.")
      }
      tab = Catalogue[.mathModels]
      scope = try Self.scope(of: request)
    case .refresh:
      tab = try Self.refreshedTab(request.tab, implied: spelt.tab)
    case .cancel:
      guard !request.runId.isEmpty || (!request.scenarioName.isEmpty && !request.constraintSetName.isEmpty) else {
        throw refuse("name the run in run_id, or scenario_name and constraint_set_name for their newest one that has not ended.")
      }
    case .runSelectedCandidates, .runAllCandidates:
      guard !request.scenarioName.isEmpty, !request.constraintSetName.isEmpty else {
        throw refuse("scenario_name and constraint_set_name must say what to optimize.")
      }
    case .writeResults:
      guard !request.runId.isEmpty || (!request.scenarioName.isEmpty && !request.constraintSetName.isEmpty) else {
        throw refuse("name the run in run_id, or scenario_name and constraint_set_name for their newest one.")
      }
    }
  }

  /// A name that nothing has, answered with those that there are.
  private static func unknown(_ field: String, _ text: String, known: [String]) -> RPCError {
    let near = NearestName.suggestion(for: text, in: known).map { "; did you mean \($0)?" } ?? ""
    return RPCError(.invalidArgument, "\(field) \"\(text)\" is not one of \(known.joined(separator: ", "))\(near)")
  }

  private static func savedTab(_ spelling: String, implied: TabName?) throws -> TabDefinition {
    if spelling.isEmpty, let implied { return Catalogue[implied] }
    let known = ActionName.savedTabs.map(\.rawValue)
    guard let tab = Catalogue.tab(spelt: spelling) else {
      throw unknown("tab", spelling, known: known)
    }
    if let implied, tab.name != implied {
      throw RPCError(.invalidArgument, "the action saves \(implied.rawValue), and tab is \"\(spelling)\"; leave tab empty.")
    }
    guard ActionName.savedTabs.contains(tab.name) else {
      throw RPCError(
        .invalidArgument,
        "\(tab.title) cannot be saved: nothing that is typed there is stored. Saved are \(known.joined(separator: ", ")).")
    }
    return tab
  }

  /// The one name of the workbook that a request names. Throws INVALID_ARGUMENT when it can be none.
  static func workbook(_ text: String) throws -> String {
    guard text.utf8.count <= longestText, !text.utf8.contains(0), text.hasPrefix("/") || SpreadsheetAddress(text) != nil else {
      throw RPCError(
        .invalidArgument,
        "workbook_path \"\(text)\" must be the whole path of an .xlsx file, from / on, or the address of a Google spreadsheet,"
          + " \(SpreadsheetAddress.beginning)ID.")
    }
    return realPath(text)
  }

  private static func scope(of request: RunActionRequest) throws -> RowScope {
    let scope = request.meantScope
    guard scope != .selection || !request.keys.isEmpty else {
      throw RPCError(
        .invalidArgument, "scope is ROW_SCOPE_SELECTION and keys is empty; name the keys of the rows, or use ROW_SCOPE_ALL.")
    }
    return scope
  }

  /// nil: every tab that Lodestar fills.
  private static func refreshedTab(_ spelling: String, implied: TabName?) throws -> TabDefinition? {
    guard !spelling.isEmpty else { return implied.map { Catalogue[$0] } }
    guard let tab = Catalogue.tab(spelt: spelling) else { throw unknown("tab", spelling, known: Catalogue.tabs.map(\.title)) }
    if let implied, tab.name != implied {
      throw RPCError(.invalidArgument, "the action refreshes \(implied.rawValue), and tab is \"\(spelling)\"; leave tab empty.")
    }
    return tab
  }

  private static func realPath(_ path: String) -> String {
    if let address = SpreadsheetAddress(path) { return address.description }
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }
}
