/// What the comparison of two contents says: shown to people, who decide. It never does.
struct FormulaOpinion {
  /// In plain words.
  var advice: String
  var isBreaking: Bool
  /// Whether both formulas give the same values on all data, as far as is known.
  var keepsFormula: Bool

  init(from: VersionContent, to: VersionContent) {
    keepsFormula = from.definition.utf8.elementsEqual(to.definition.utf8)
    isBreaking = !keepsFormula
    advice = keepsFormula ? "The definition is unchanged." : "The definition changes from \(from.definition) to \(to.definition)."
  }

  static func check(_ definition: String, field: String) throws(Refusal) {}
}
