/// A row of Params: a number that a math model is calculated with.
public struct ModelParamEntry: StoredEntry {
  public static let tab = PlanningTab.params
  public static let noun = "stored parameter"
  public static let keyColumns = ["initiative_key", "model_name", "param_name"]

  public var row: Int
  public var initiativeKey: String
  /// Empty when the initiative has one model.
  public var modelName: String
  public var name: String
  /// Nil when blank.
  public var value: Double?
  public var unit: String
  public var source: String
  public var notes: String

  public init(
    row: Int, initiativeKey: String, modelName: String = "", name: String, value: Double?, unit: String = "", source: String = "",
    notes: String = ""
  ) {
    self.row = row
    self.initiativeKey = initiativeKey
    self.modelName = modelName
    self.name = name
    self.value = value
    self.unit = unit
    self.source = source
    self.notes = notes
  }

  public var keyParts: [String] { [initiativeKey, modelName, name] }
}

/// The names of the models that are stored, by initiative: what parameters are looked up in.
public struct StoredModels: Sendable {
  private var books: [NormalKey: KeyBook]

  public init(_ models: [(initiativeKey: String, modelName: String)]) {
    books = Dictionary(grouping: models) { NormalKey($0.initiativeKey) }.mapValues { KeyBook($0.map(\.modelName)) }
  }

  /// Why no stored model has the name; nil when one has, or when no name was given.
  mutating func fault(of name: String, initiative: String) -> String? {
    guard !isBlank(name), books[NormalKey(initiative)]?.spelling(of: name) == nil else { return nil }
    let hint = books[NormalKey(initiative)]?.suggestion(for: name) ?? ""
    return "model_name \"\(trimmed(name))\" is not an approved model of \(trimmed(initiative)) in MathModels" + hint
  }
}

extension RowSave<ModelParamEntry> {
  /// - Parameter initiatives: the keys of those that there are.
  public init(
    _ entries: [ModelParamEntry], before: [ModelParamEntry], isWholeTab: Bool, initiatives: KeyBook, models: StoredModels
  ) {
    var book = initiatives
    var models = models
    let readings = entries.map { typed in
      var notes = RowNotes(.params, row: typed.row, key: typed.initiativeKey)
      var entry = typed
      entry.initiativeKey =
        notes.initiative(typed.initiativeKey, column: "initiative_key", in: &book) ?? trimmed(typed.initiativeKey)
      entry.modelName = notes.optionalKey(typed.modelName, column: "model_name")
      entry.name = notes.requiredKey(typed.name, column: "param_name") ?? trimmed(typed.name)
      notes.checkNumber(typed.value, column: "value")
      entry.unit = notes.text(typed.unit, column: "unit", longest: KeyGrammar.longestName)
      entry.source = notes.text(typed.source, column: "source", longest: KeyGrammar.longestNotes)
      entry.notes = notes.text(typed.notes, column: "notes", longest: KeyGrammar.longestNotes)
      if !notes.haveErrors, let fault = models.fault(of: entry.modelName, initiative: entry.initiativeKey) {
        notes.warning("model_name", "unknown_model", fault)
      }
      return Reading(entry: entry, notes: notes)
    }
    self.init(readings, before: before, isWholeTab: isWholeTab)
  }
}

extension RowNotes {
  /// The key trimmed, empty when it is blank; an error when it is no key.
  mutating func optionalKey(_ typed: String, column: String) -> String {
    isBlank(typed) ? "" : requiredKey(typed, column: column) ?? trimmed(typed)
  }

  /// Notes a number that is missing, or none.
  mutating func checkNumber(_ number: Double?, column: String) {
    guard let number else { return error(column, "missing_value", "\(column) is blank; it must be a number") }
    if !number.isFinite { error(column, "bad_number", "\(column) is not a finite number") }
  }
}
